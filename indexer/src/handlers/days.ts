// Daily aggregates. A day is a row like any other: a reorganisation takes its blocks out of it again.
import type { Draft } from "../draft.ts";
import type { Origin } from "../events.ts";
import type { RowTypes } from "../generated/rows.ts";

type Market = RowTypes["Market"];
type Vault = RowTypes["Vault"];
type MarketDay = RowTypes["MarketDay"];
type VaultDay = RowTypes["VaultDay"];

const secondsPerDay = 86_400n;

const dayOf = (timestamp: bigint) => {
  const day = timestamp / secondsPerDay;
  return { day: Number(day), startAt: day * secondsPerDay };
};

const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/* MARKETS */

const marketDay = (draft: Draft, { id: market, chain, price }: Market, timestamp: bigint): MarketDay => {
  const time = dayOf(timestamp);
  const id = `${market}-${time.day}`;
  const prices = { open: price, high: price, low: price, close: price };
  const counts = { updates: 0, candles: 0, halts: 0 };
  return draft.find("MarketDay", id) ?? { id, chain, market, ...time, ...prices, ...counts };
};

/** The first price of a day replaces the one from before in all four places. */
export const countPrice = (draft: Draft, market: Market, { timestamp }: Origin): void => {
  const row = marketDay(draft, market, timestamp);
  const { price } = market;
  const { open, high, low } = row.updates === 0 ? { open: price, high: price, low: price } : row;
  const prices = { open, high: most(high, price), low: least(low, price), close: price };
  draft.put("MarketDay", { ...row, ...prices, updates: row.updates + 1 });
};

export const countMarket = (draft: Draft, market: Market, { timestamp }: Origin, what: "candles" | "halts"): void => {
  const row = marketDay(draft, market, timestamp);
  draft.put("MarketDay", { ...row, [what]: row[what] + 1 });
};

/* VAULTS */

const nothing = { volume: 0n, fills: 0, deposited: 0n, withdrawn: 0n, exitedShares: 0n, feeShares: 0n };

const vaultDay = (draft: Draft, { id: vault, chain, nav, navPerShare }: Vault, timestamp: bigint): VaultDay => {
  const time = dayOf(timestamp);
  const id = `${vault}-${time.day}`;
  const navs = { navOpen: nav, navHigh: nav, navLow: nav, navClose: nav };
  const perShare = {
    navPerShareOpen: navPerShare,
    navPerShareHigh: navPerShare,
    navPerShareLow: navPerShare,
    navPerShareClose: navPerShare,
  };
  return draft.find("VaultDay", id) ?? { id, chain, vault, ...time, blocks: 0, ...navs, ...perShare, ...nothing };
};

type Sums = Partial<Omit<typeof nothing, "fills">>;
type Counted = { draft: Draft; vault: string; origin: Origin };

/** Adds `sums` to the vault's day. What it is worth is looked at when the block ends. */
export const addToDay = ({ draft, vault, origin }: Counted, sums: Sums): void => {
  const row = vaultDay(draft, draft.get("Vault", vault), origin.timestamp);
  const added = Object.entries(sums).map(([name, amount]) => [name, row[name as keyof Sums] + amount]);
  draft.put("VaultDay", { ...row, ...Object.fromEntries(added) });
};

export const addFillToDay = ({ draft, vault, origin }: Counted, baseDelta: bigint): void => {
  const row = vaultDay(draft, draft.get("Vault", vault), origin.timestamp);
  const volume = row.volume + (baseDelta < 0n ? -baseDelta : baseDelta);
  draft.put("VaultDay", { ...row, volume, fills: row.fills + 1 });
};

const sample = (row: VaultDay, { nav, navPerShare }: Vault): VaultDay => {
  const isFirst = row.blocks === 0;
  return {
    ...row,
    blocks: row.blocks + 1,
    navOpen: isFirst ? nav : row.navOpen,
    navHigh: isFirst ? nav : most(row.navHigh, nav),
    navLow: isFirst ? nav : least(row.navLow, nav),
    navClose: nav,
    navPerShareOpen: isFirst ? navPerShare : row.navPerShareOpen,
    navPerShareHigh: isFirst ? navPerShare : most(row.navPerShareHigh, navPerShare),
    navPerShareLow: isFirst ? navPerShare : least(row.navPerShareLow, navPerShare),
    navPerShareClose: navPerShare,
  };
};

/** Looks at the vaults that the block which ends at `timestamp` has touched; `before` are their rows at its start. */
export const sampleVaults = (draft: Draft, before: ReadonlySet<Vault>, timestamp: bigint): void => {
  for (const vault of draft.list("Vault")) {
    if (!before.has(vault)) draft.put("VaultDay", sample(vaultDay(draft, vault, timestamp), vault));
  }
};
