import { accrue } from "@aibot/kit/fees";
import { convertToAssets } from "@aibot/kit/vault";
import type { Activity, FillMark, Vault, VaultPoint } from "../../data/vaults.ts";
import { type Change, change } from "../../format.ts";

/** Growth of one share since the first deposit. */
export const sinceStart = (vault: Vault): Change | undefined =>
  vault.startNavPerShare === null ? undefined : change(vault.startNavPerShare, vault.navPerShare);

/** A deposit cap as large as the contract can hold. */
export const NO_CAP = 2n ** 128n - 1n;

/** What `shares` are worth at `now`, once the fees that are due by then have been taken. */
export const worthOf = (vault: Vault, shares: bigint, now: bigint | undefined): bigint => {
  const { nav, mandate, accruedAt } = vault;
  const supply = vault.totalSupply + vault.feeShares;
  const accrued = accrue({ state: vault, rates: mandate, nav, supply, now: now ?? accruedAt });
  return convertToAssets(shares, { totalAssets: nav, totalSupply: accrued.supply });
};

const MARK_UNIT = 10n ** 18n; // of one base unit per 1e6 share units: share decimals are base decimals + 6

/** The highest value one whole share ever had. */
export const highWaterMark = ({ mark, baseDecimals }: Vault): bigint =>
  (mark * 10n ** BigInt(baseDecimals)) / MARK_UNIT;

/** What one share's first value would be worth, had all of it bought the asset at the start and kept it. */
export const buyAndHold = (startValue: bigint, startPrice: bigint, price: bigint): bigint =>
  startPrice === 0n ? startValue : (startValue * price) / startPrice;

/** The asset alone since the first deposit. */
export const marketSinceStart = (vault: Vault): Change | undefined => {
  const price = vault.positions[0]?.market.price;
  return vault.startPrice === null || price === undefined ? undefined : change(vault.startPrice, price);
};

export type HistoryRow = {
  round: number;
  at: bigint;
  navPerShare: bigint;
  hold: bigint;
  weightBps: number;
  traded: bigint;
};

/** Value and price at the first deposit; null before it. */
export type VaultStart = Pick<Vault, "startNavPerShare" | "startPrice" | "startAt">;

/** The vault's history from its first deposit on: one row a candle, with what was traded on it. */
export const history = (start: VaultStart, points: readonly VaultPoint[], marks: readonly FillMark[]): HistoryRow[] => {
  const { startNavPerShare, startPrice, startAt } = start;
  if (startNavPerShare === null || startPrice === null || startAt === null) return [];
  const traded = new Map<number, bigint>();
  for (const { round, tokenDelta } of marks) traded.set(round, (traded.get(round) ?? 0n) + tokenDelta);
  return points
    .filter(({ timestamp }) => timestamp >= startAt)
    .map(({ round, timestamp, navPerShare, price, weightBps }) => ({
      round,
      at: timestamp,
      navPerShare,
      hold: buyAndHold(startNavPerShare, startPrice, price),
      weightBps,
      traded: traded.get(round) ?? 0n,
    }));
};

export type ActivityItem =
  | ({ kind: "fill" } & Activity["fills"][number])
  | ({ kind: "auction" } & Activity["auctions"][number])
  | ({ kind: "deposit" } & Activity["deposits"][number])
  | ({ kind: "withdrawal" } & Activity["withdrawals"][number])
  | ({ kind: "exit" } & Activity["exits"][number])
  | ({ kind: "exitRequest" } & Activity["exitRequests"][number])
  | ({ kind: "settlement" } & Activity["settlements"][number]);

/** Everything that happened, newest first; within a block in the order the ids give. */
export const timeline = (activity: Activity, limit: number): ActivityItem[] => {
  const items: ActivityItem[] = [
    ...activity.fills.map((item) => ({ kind: "fill" as const, ...item })),
    ...activity.auctions.map((item) => ({ kind: "auction" as const, ...item })),
    ...activity.deposits.map((item) => ({ kind: "deposit" as const, ...item })),
    ...activity.withdrawals.map((item) => ({ kind: "withdrawal" as const, ...item })),
    ...activity.exits.map((item) => ({ kind: "exit" as const, ...item })),
    ...activity.exitRequests.map((item) => ({ kind: "exitRequest" as const, ...item })),
    ...activity.settlements.map((item) => ({ kind: "settlement" as const, ...item })),
  ];
  return items.sort((a, b) => b.block - a.block || (a.id < b.id ? 1 : -1)).slice(0, limit);
};

export type VaultState = "live" | "halted" | "empty";

export const stateOf = (vault: Vault): VaultState => {
  if (vault.positions.some(({ market }) => market.halted !== "None")) return "halted";
  return vault.totalSupply === 0n ? "empty" : "live";
};
