// How requested exits are valued and paid: first come, first served, out of idle cash, at a price newer than the request.
import { mulDiv, mulDivUp } from "./fixed-math.ts";
import { convertToShares, type Pool, previewRedeem } from "./vault.ts";

const BPS = 10_000n;
const VIRTUAL_SHARES = 10n ** 6n;
const VIRTUAL_ASSETS = 1n;

/** Base units that all pending requests are worth, up: what auctions treat as owed. */
export const owedToExits = (pendingShares: bigint, pool: Pool): bigint =>
  pendingShares === 0n
    ? 0n
    : mulDivUp(pendingShares, pool.totalAssets + VIRTUAL_ASSETS, pool.totalSupply + VIRTUAL_SHARES);

export type PayableParams = { shares: bigint; idle: bigint; pool: Pool; exitSpreadBps: number };

/** The most of `shares` that idle cash pays for. */
export const sharesPayable = ({ shares, idle, pool, exitSpreadBps }: PayableParams): bigint => {
  if (previewRedeem(shares, pool, exitSpreadBps) <= idle) return shares;
  const gross = mulDiv(idle, BPS, BPS - BigInt(exitSpreadBps));
  const payable = convertToShares(gross, pool);
  return payable < shares ? payable : shares - 1n; // without the last share the rest pays the spread again
};

export type ExitRequest = { id: bigint; shares: bigint; requestedAt: bigint }; // shares 0: cancelled

export type SettleParams = {
  queue: ExitRequest[]; // from the head on
  pool: Pool; // fees accrued
  idle: bigint;
  exitSpreadBps: number;
  oldestPriceAt: bigint; // unix seconds, when the oldest price of a position was observed
};

export type Settlement = { id: bigint; shares: bigint; assets: bigint };

/** What `settleExits` would pay now, in order. The last may be a part of a request. */
export const settleExits = ({ queue, pool, idle, exitSpreadBps, oldestPriceAt }: SettleParams): Settlement[] => {
  const settlements: Settlement[] = [];
  let [{ totalAssets, totalSupply }, cash] = [pool, idle];
  for (const { id, shares: asked, requestedAt } of queue) {
    if (asked === 0n) continue;
    if (requestedAt >= oldestPriceAt) break; // a price it could have known

    const now = { totalAssets, totalSupply };
    const shares = sharesPayable({ shares: asked, idle: cash, pool: now, exitSpreadBps });
    if (shares === 0n) break;
    const assets = previewRedeem(shares, now, exitSpreadBps);
    settlements.push({ id, shares, assets });
    totalSupply -= shares;
    totalAssets -= assets;
    cash -= assets;
    if (shares < asked) break;
  }
  return settlements;
};
