import { accrue, isReduceOnly, navPerShare } from "@aibot/kit/fees";
import { convertToAssets } from "@aibot/kit/vault";
import type { Position, Vault } from "../../data/vaults.ts";
import { type Change, change } from "../../format.ts";

/** Growth of one share since the first deposit. */
export const sinceStart = (vault: Vault): Change | undefined =>
  vault.startNavPerShare === null ? undefined : change(vault.startNavPerShare, vault.navPerShare);

/** A deposit cap as large as the contract can hold. */
export const NO_CAP = 2n ** 128n - 1n;

/** Every share there is at `now`, once the fees that are due by then have been taken. */
const supplyAt = (vault: Vault, now: bigint | undefined): bigint => {
  const { nav, mandate, accruedAt } = vault;
  const supply = vault.totalSupply + vault.feeShares;
  return accrue({ state: vault, rates: mandate, nav, supply, now: now ?? accruedAt }).supply;
};

/** What `shares` are worth at `now`, once the fees that are due by then have been taken. */
export const worthOf = (vault: Vault, shares: bigint, now: bigint | undefined): bigint =>
  convertToAssets(shares, { totalAssets: vault.nav, totalSupply: supplyAt(vault, now) });

const MARK_UNIT = 10n ** 18n; // of one base unit per 1e6 share units: share decimals are base decimals + 6

/** The highest value one whole share ever had. */
export const highWaterMark = ({ mark, baseDecimals }: Vault): bigint =>
  (mark * 10n ** BigInt(baseDecimals)) / MARK_UNIT;

const BPS = 10_000n;

export type Drawdown = { bps: bigint; isReduceOnly: boolean };

/** How far a share is below its highest value at `now`, rounded down, and whether the vault therefore only sells. */
export const drawdown = (vault: Vault, maxDrawdownBps: number, now: bigint | undefined): Drawdown => {
  const { nav, mark } = vault;
  const supply = supplyAt(vault, now);
  const below = mark - navPerShare(nav, supply);
  return {
    bps: below > 0n && mark > 0n ? (below * BPS) / mark : 0n,
    isReduceOnly: isReduceOnly({ nav, supply, mark, maxDrawdownBps }),
  };
};

/** The asset alone since the first deposit. */
export const marketSinceStart = (vault: Vault): Change | undefined => {
  const price = vault.positions[0]?.market.price;
  return vault.startPrice === null || price === undefined ? undefined : change(vault.startPrice, price);
};

export type VaultState = "live" | "halted" | "paused" | "empty";

/** The first market whose price nobody can rely on. */
export const haltedMarket = ({ positions }: Vault): Position["market"] | undefined =>
  positions.map(({ market }) => market).find(({ halted }) => halted !== "None");

const isPaused = ({ mandate }: Vault, now: bigint | undefined): boolean =>
  now !== undefined && mandate.entryPausedUntil > now;

/** The one word about a vault: what restricts most comes first. */
export const stateOf = (vault: Vault, now: bigint | undefined): VaultState => {
  if (haltedMarket(vault) !== undefined) return "halted";
  if (isPaused(vault, now)) return "paused";
  return vault.totalSupply === 0n ? "empty" : "live";
};

const SCALE_DECIMALS = 24; // the most a base asset may have

/** Largest first, whatever the decimals; equal ones by name. */
export const bySize = <T extends Vault>(vaults: readonly T[]): T[] => {
  const size = ({ nav, baseDecimals }: Vault) => nav * 10n ** BigInt(SCALE_DECIMALS - baseDecimals);
  return [...vaults].sort((a, b) => {
    const difference = size(b) - size(a);
    return difference === 0n ? a.name.localeCompare(b.name) : difference > 0n ? 1 : -1;
  });
};

/** The earliest next close of a market: days without a session have none. */
export const nextClose = ({ closedAt, period }: Position["market"]): bigint | undefined =>
  closedAt === 0n ? undefined : closedAt + BigInt(period);

/** "18:41:07", with days in front from one on. */
export const clockOf = (seconds: bigint): { days: number; clock: string } => {
  const two = (value: bigint) => value.toString().padStart(2, "0");
  const hours = (seconds % 86_400n) / 3_600n;
  return {
    days: Number(seconds / 86_400n),
    clock: `${two(hours)}:${two((seconds % 3_600n) / 60n)}:${two(seconds % 60n)}`,
  };
};
