// How much of each limit is used. Everything in the smallest unit of its own kind.
import type { Budgets, Limits } from "../../data/chain-reads.ts";
import type { Vault } from "../../data/vaults.ts";
import { drawdown, NO_CAP } from "./model.ts";

export type GaugeUnit = "bps" | "e7" | "seconds" | "base";

export type GaugeState = "within" | "near" | "reached";

export type Gauge = {
  id: string;
  kind: "turnover" | "loss" | "drawdown" | "weight" | "age" | "cash" | "deposits";
  position: number | undefined; // whose weight or signal it is
  unit: GaugeUnit;
  used: bigint | undefined; // undefined: nothing to measure yet
  limit: bigint;
  isFloor: boolean; // the limit is a least, not a most
  state: GaugeState;
};

const E7_PER_BPS = 1_000n;
const BPS = 10_000n;
const NEAR_PERCENT = 80n;

type Measured = Pick<Gauge, "used" | "limit" | "isFloor">;

/** Close is four fifths of a most, or a quarter above a least: in both, what is left is a fifth of the larger number. */
const stateOf = ({ used, limit, isFloor }: Measured): GaugeState => {
  if (used === undefined) return "within";
  const [small, large] = isFloor ? [limit, used] : [used, limit];
  if (small >= large) return small === 0n ? "within" : "reached";
  return small * 100n >= large * NEAR_PERCENT ? "near" : "within";
};

/** Part of the bar that is filled, in bps of its length; a floor is drawn on a bar of all there is. */
export const filledBps = ({ used = 0n, limit, isFloor }: Measured): bigint => {
  const whole = isFloor ? BPS : limit;
  if (whole === 0n) return used > 0n ? BPS : 0n;
  const part = (used * BPS) / whole;
  return part > BPS ? BPS : part < 0n ? 0n : part;
};

const gauge = (parts: Omit<Gauge, "state" | "id" | "isFloor" | "position"> & Partial<Gauge>): Gauge => {
  const measured = { isFloor: false, position: undefined, ...parts };
  return { ...measured, id: `${parts.kind}${measured.position ?? ""}`, state: stateOf(measured) };
};

/** Used part of a budget; a budget that was lowered below its use counts as used up. */
const used = (budgetBps: number, leftE7: bigint): bigint => BigInt(budgetBps) * E7_PER_BPS - leftE7;

const budgetGauges = (limits: Limits, left: Budgets): Gauge[] => [
  gauge({
    kind: "turnover",
    unit: "e7",
    used: used(limits.turnoverBudgetBps, left.turnoverE7),
    limit: BigInt(limits.turnoverBudgetBps) * E7_PER_BPS,
  }),
  gauge({
    kind: "loss",
    unit: "e7",
    used: used(limits.lossBudgetBps, left.lossE7),
    limit: BigInt(limits.lossBudgetBps) * E7_PER_BPS,
  }),
];

const drawdownGauge = (vault: Vault, limits: Limits, now: bigint | undefined): Gauge => {
  const { bps, isReduceOnly } = drawdown(vault, limits.maxDrawdownBps, now);
  const found = gauge({ kind: "drawdown", unit: "bps", used: bps, limit: BigInt(limits.maxDrawdownBps) });
  // A hair below the limit still rounds down to it: only the contract's own comparison says "reached".
  return found.state === "reached" && !isReduceOnly ? { ...found, state: "near" } : found;
};

const positionGauges = (vault: Vault, limits: Limits, now: bigint | undefined): Gauge[] =>
  vault.positions.flatMap(({ index, weightBps, feed }) => {
    const age = feed.latest === null || now === undefined ? undefined : now - feed.latest.closedAt;
    return [
      gauge({
        kind: "weight",
        position: index,
        unit: "bps",
        used: BigInt(weightBps),
        limit: BigInt(limits.capsBps[index] ?? 0),
      }),
      gauge({ kind: "age", position: index, unit: "seconds", used: age, limit: BigInt(limits.maxSignalAge) }),
    ];
  });

/** Every limit that has a used part, the ones that move with each trade first. */
export const gaugesOf = (vault: Vault, limits: Limits, left: Budgets, now: bigint | undefined): Gauge[] => [
  ...budgetGauges(limits, left),
  drawdownGauge(vault, limits, now),
  ...positionGauges(vault, limits, now),
  gauge({
    kind: "cash",
    unit: "bps",
    used: vault.nav === 0n ? undefined : (vault.idle * BPS) / vault.nav,
    limit: BigInt(limits.cashFloorBps),
    isFloor: true,
  }),
  ...(limits.depositCap === NO_CAP
    ? []
    : [gauge({ kind: "deposits", unit: "base", used: vault.nav, limit: limits.depositCap })]),
];
