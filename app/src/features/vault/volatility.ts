// How much a vault's own value moves: the volatility it holds, beside the one it aims at.
import { log2Q32 } from "@aibot/kit/fixed-math";
import { realisedValue, realisedValueOfLogs, volatilityBps } from "@aibot/kit/signals";

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

// A history that is extended keeps the points it had, so that only new windows are computed, of logarithms taken once.
const known = new WeakMap<Point, { first: Point; bps: number }>();
const logs = new WeakMap<Point, bigint>();

const logOf = (point: Point): bigint => {
  const log = logs.get(point) ?? log2Q32(point.navPerShare);
  logs.set(point, log);
  return log;
};

/** Held volatility at `points[index]`, over the window that ends there. */
export const volatilityOf = (
  points: readonly Point[],
  index: number,
  window: number,
  periodsPerYear: number,
): number | undefined => {
  const [first, last] = [points[index - window], points[index]];
  if (first === undefined || last === undefined || window < 1) return undefined;
  const before = known.get(last);
  if (before?.first === first) return before.bps;
  const value = realisedValueOfLogs(points.slice(index - window, index + 1).map(logOf), periodsPerYear);
  const bps = Number(volatilityBps(value));
  known.set(last, { first, bps });
  return bps;
};
