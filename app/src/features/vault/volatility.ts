// How much a vault's own value moves: the volatility it holds, beside the one it aims at.
import { realisedValue, volatilityBps } from "@aibot/kit/signals";

/** A forecast's horizon alone is too short to judge by: five returns say little. */
const HORIZONS = 4;

/** Candles whose returns the held volatility is taken from. */
export const heldWindow = (horizon: number): number => HORIZONS * horizon;

/** Close-to-close volatility of NAV per share in bps a year; undefined without a return a candle of the window. */
export const heldVolatility = (
  closes: readonly bigint[],
  window: number,
  periodsPerYear: number,
): number | undefined => {
  if (closes.length <= window || window < 1) return undefined;
  return Number(volatilityBps(realisedValue(closes.slice(-window - 1), periodsPerYear)));
};

type Point = { navPerShare: bigint };

// A history that is extended keeps the points it had, so that only new windows are computed.
const known = new WeakMap<Point, { first: Point; bps: number }>();

/** Held volatility at `points[index]`, over the window that ends there. */
export const volatilityOf = (
  points: readonly Point[],
  index: number,
  window: number,
  periodsPerYear: number,
): number | undefined => {
  const [first, last] = [points[index - window], points[index]];
  if (first === undefined || last === undefined) return undefined;
  const before = known.get(last);
  if (before?.first === first) return before.bps;
  const closes = points.slice(index - window, index + 1).map(({ navPerShare }) => navPerShare);
  const bps = heldVolatility(closes, window, periodsPerYear);
  if (bps !== undefined) known.set(last, { first, bps });
  return bps;
};
