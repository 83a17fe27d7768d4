// What a vault would trade, and the Dutch auction's price for it. Every rounding favours the vault.
import type { Usage } from "./budget.ts";
import { owedToExits } from "./exits.ts";
import { isReduceOnly } from "./fees.ts";
import { mulDiv, mulDivUp } from "./fixed-math.ts";
import { holdingValue } from "./vault.ts";

const BPS = 10_000n;
const E7 = 10n ** 7n;
const PRICE_SCALE = 10n ** 8n;

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const above = (a: bigint, b: bigint): bigint => (a > b ? a - b : 0n);

/* PRICE */

export type OffParams = { elapsed: bigint; life: bigint; premiumBps: number; slippageBps: number };

/** How far from the oracle price the vault trades `elapsed` seconds after opening, signed, up. */
export const offBps = ({ elapsed, life, premiumBps, slippageBps }: OffParams): bigint =>
  BigInt(premiumBps) - (BigInt(premiumBps + slippageBps) * elapsed) / life;

export type FillParams = {
  amount: bigint; // token units
  price: bigint; // 1e8
  offBps: bigint;
  tokenDecimals: number;
  baseDecimals: number;
};

const ratio = ({ amount, price, tokenDecimals, baseDecimals }: FillParams, factorBps: bigint) =>
  [amount * price * factorBps, 10n ** BigInt(baseDecimals), PRICE_SCALE * BPS * 10n ** BigInt(tokenDecimals)] as const;

/** Base units a filler pays for `amount` tokens that the vault sells; rounded up. */
export const sellCost = (fill: FillParams): bigint => mulDivUp(...ratio(fill, BPS + fill.offBps));

/** Base units a filler gets for `amount` tokens that the vault buys; rounded down. */
export const buyPayment = (fill: FillParams): bigint => mulDiv(...ratio(fill, BPS - fill.offBps));

/* AMOUNT */

/** What the newest signal asks for: a weight while it is fresh, then nothing, after the unwind delay no position. */
export type Demand = { kind: "fresh"; targetWeightBps: bigint } | { kind: "stale" } | { kind: "unwinding" };

/** All that the amount of a position's auction rests on; base units unless said. */
export type Scene = {
  idle: bigint;
  nav: bigint;
  supply: bigint; // fees accrued
  pendingShares: bigint; // of all requested exits
  mark: bigint; // fees accrued
  held: bigint; // token units of the position
  price: bigint; // 1e8
  tokenDecimals: number;
  baseDecimals: number;
  demand: Demand;
  cashFloorBps: number;
  slippageBps: number;
  maxDrawdownBps: number;
};

/** What requested exits and the cash floor ask of cash, and of the position where cash is short. */
type CashNeeds = {
  net: bigint; // base units, NAV without what requested exits are owed
  spendable: bigint; // base units, idle cash above the floor and what is owed
  short: bigint; // token units to sell whatever the target says, so that cash is there
  exempt: bigint; // token units to sell whatever the budgets say, so that requested exits are paid
};

const cashNeeds = (scene: Scene): CashNeeds => {
  const { idle, nav, supply, pendingShares, cashFloorBps } = scene;
  const owed = owedToExits(pendingShares, { totalAssets: nav, totalSupply: supply });
  const net = above(nav, owed);
  const needed = owed + mulDivUp(net, BigInt(cashFloorBps), BPS);
  return {
    net,
    spendable: above(idle, needed),
    short: saleFor(above(needed, idle), scene),
    exempt: saleFor(above(owed, idle), scene),
  };
};

const unitsOf = ({ price, tokenDecimals, baseDecimals }: Scene) =>
  [PRICE_SCALE * 10n ** BigInt(tokenDecimals), price * 10n ** BigInt(baseDecimals)] as const;

const toTokens = (baseAmount: bigint, scene: Scene): bigint => mulDiv(baseAmount, ...unitsOf(scene));

/** Token units that bring `missing` base units even at the worst price. */
const saleFor = (missing: bigint, scene: Scene): bigint =>
  mulDivUp(mulDivUp(missing, BPS, BPS - BigInt(scene.slippageBps)), ...unitsOf(scene));

const valueHeld = ({ held, price, tokenDecimals, baseDecimals }: Scene): bigint =>
  holdingValue({ amount: held, price, decimals: tokenDecimals }, baseDecimals);

/** Token units the position should have. */
const targetOf = (scene: Scene, net: bigint): bigint => {
  switch (scene.demand.kind) {
    case "fresh":
      return toTokens((net * scene.demand.targetWeightBps) / BPS, scene);
    case "stale":
      return scene.held;
    case "unwinding":
      return 0n;
  }
};

/** As much as spendable cash pays for, at the worst price; nothing below the greatest drawdown. */
const purchase = (scene: Scene, target: bigint, spendable: bigint): bigint => {
  if (isReduceOnly(scene)) return 0n;
  const wanted = least(target - scene.held, toTokens(spendable, scene));
  return mulDiv(wanted, BPS, BPS + BigInt(scene.slippageBps));
};

/** Token units that the budgets pay for. */
const withinBudgets = (scene: Scene, net: bigint, { turnoverE7, lossE7 }: Usage, off: bigint): bigint => {
  const lowestNav = mulDiv(net, BPS - BigInt(scene.slippageBps), BPS); // after the fill
  const turnover = mulDiv(lowestNav, turnoverE7, E7);
  const isGiving = off < 0n;
  return toTokens(isGiving ? least(turnover, mulDiv(mulDiv(lowestNav, lossE7, E7), BPS, -off)) : turnover, scene);
};

const decide = (scene: Scene, needs: CashNeeds, budgets: Usage, off: bigint): bigint => {
  const target = targetOf(scene, needs.net);
  const budget = withinBudgets(scene, needs.net, budgets, off);
  if (target > scene.held && needs.short === 0n) return least(purchase(scene, target, needs.spendable), budget);
  const sale = least(scene.held, most(above(scene.held, target), needs.short));
  return -least(sale, budget + needs.exempt);
};

/** Token units a fill may trade at `off` bps before the lot's own bound; positive: the vault buys, negative: it sells. */
export const amountToFill = (scene: Scene, budgets: Usage, off: bigint): bigint =>
  decide(scene, cashNeeds(scene), budgets, off);

/** Token units an auction would open with, 0 when nothing asks for one. Round and live lots are the caller's to know. */
export const amountToOpen = (scene: Scene, budgets: Usage, bandBps: number): bigint => {
  const needs = cashNeeds(scene);
  const value = valueHeld(scene);
  const invested = most(1n, scene.nav - scene.idle);
  // Positions share a shortage by value.
  const part = (tokens: bigint): bigint => mulDivUp(tokens, value, invested);
  const shared = { ...needs, short: part(needs.short), exempt: part(needs.exempt) };

  if (scene.demand.kind === "fresh" && shared.short === 0n) {
    const weight = mulDiv(least(value, needs.net), BPS, most(1n, needs.net));
    const { targetWeightBps } = scene.demand;
    if (most(targetWeightBps, weight) - least(targetWeightBps, weight) <= BigInt(bandBps)) return 0n;
  }
  return decide(scene, shared, budgets, 0n);
};
