// Rows to learn from: what was known at the end of a candle, and what the next `horizon` candles brought.
import type { CalendarOfPeriod } from "@aibot/kit/calendars";
import type { Candle } from "@aibot/kit/candles";
import { emptyFeatureState, featureLanes, featureSets, parkinsonQ48, stepFeatures } from "@aibot/kit/features";
import type { Row } from "../least-squares.ts";

/** `inputs` are the lanes in their units; volatilities are log2 per period, from high–low ranges. */
export type Sample = Row & {
  index: number; // candles known
  closedAt: bigint; // unix seconds: the forecast is made
  knownAt: bigint; // its outcome is known
  lanes: number[];
  naive: number; // volatility of the last `horizon` candles
  har: number[]; // volatility of the last day, week and month
};

export type SamplesParams = {
  candles: Candle[]; // oldest first
  alphasQ32: bigint[];
  featureSet: number;
  horizon: number; // candles ahead
  minCandles: number; // candles before the first row
  harWindows: number[]; // candles
  maxGap?: number; // seconds; an outcome across a longer one is none
};

export type Samples = { samples: Sample[]; acrossGaps: number };

const WARM_UP_HALF_LIVES = 4;
const HOUR = 3_600;
const DAYS = {
  sessions: { hours: 6.5, windows: [1, 5, 22] },
  continuous: { hours: 24, windows: [1, 7, 30] },
};
const Q32 = 2 ** 32;

/** Candles after which the slowest word has forgotten its start: four of its half-lives. */
export const warmUpCandles = (alphasQ32: bigint[]): number => {
  const halfLives = alphasQ32.map((alpha) => -1 / Math.log2(1 - Number(alpha) / Q32));
  const longest = Math.max(...halfLives);
  return Math.ceil(WARM_UP_HALF_LIVES * longest - 1e-3); // an alpha carries its half-life to about six digits
};

/** Corsi's day, week and month, in candles. */
export const harWindows = ({ period, calendar }: CalendarOfPeriod): number[] => {
  const { hours, windows } = DAYS[calendar];
  const day = period >= 24 * HOUR ? 1 : (hours * HOUR) / period;
  return windows.map((days) => Math.max(1, Math.round(days * day)));
};

const halfLog2 = (varianceQ48: number): number => Math.log2(Math.max(varianceQ48, 1) / 2 ** 48) / 2;

/** ½·log2 of the mean Parkinson variance of `count` candles, from prefix sums: `sums[k]` is over the first k candles. */
const windowVolatility = (sums: number[], end: number, count: number): number =>
  halfLog2(((sums[end] ?? 0) - (sums[end - count] ?? 0)) / count);

/** `result[k]`: how many of the first k candles begin more than `maxGap` after the one before. */
const countGaps = (candles: Candle[], maxGap: number): number[] => {
  const counts = [0];
  for (const [k, { start }] of candles.entries()) {
    const gap = k === 0 ? 0 : Number(start - (candles[k - 1]?.end ?? start));
    counts.push((counts[k] ?? 0) + (gap > maxGap ? 1 : 0));
  }
  return counts;
};

/** One row per candle from `minCandles` on whose outcome the data still hold. */
export const collectSamples = (params: SamplesParams): Samples => {
  const { candles, alphasQ32, horizon, featureSet, minCandles, harWindows, maxGap = Number.POSITIVE_INFINITY } = params;
  const scales = (featureSets[featureSet]?.lanes ?? []).map(({ scale }) => scale);
  const sums = [0];
  for (const candle of candles) sums.push((sums.at(-1) ?? 0) + Number(parkinsonQ48(candle)));
  const gaps = countGaps(candles, maxGap);
  const earliest = Math.max(minCandles, horizon, ...harWindows);

  const samples: Sample[] = [];
  let acrossGaps = 0;
  let state = emptyFeatureState();
  for (const candle of candles) {
    state = stepFeatures(state, candle, alphasQ32);
    const { index } = state;
    const last = candles[index + horizon - 1];
    if (last === undefined) break;
    if (index < earliest) continue;
    if (gaps[index + horizon] !== gaps[index]) {
      acrossGaps += 1;
      continue;
    }
    const lanes = featureLanes(state);
    samples.push({
      index,
      closedAt: candle.end,
      knownAt: last.end,
      lanes,
      inputs: lanes.map((lane, k) => lane / (scales[k] ?? 1)),
      target: windowVolatility(sums, index + horizon, horizon),
      naive: windowVolatility(sums, index, horizon),
      har: harWindows.map((window) => windowVolatility(sums, index, window)),
    });
  }
  return { samples, acrossGaps };
};

/** Rows whose outcome was known at `time`. */
export const knownBy = (samples: Sample[], time: bigint): Sample[] => samples.filter(({ knownAt }) => knownAt <= time);

export type Parts = { early: Sample[]; late: Sample[] };

/**
 * The last `share` of the rows, and those before whose outcome was known when the first of them was made: the rows in
 * between, whose outcomes overlap with what comes after, belong to neither.
 */
export const splitRows = (samples: Sample[], share: number): Parts => {
  const late = samples.slice(samples.length - Math.floor(samples.length * share));
  const [first] = late;
  return { early: first === undefined ? samples : knownBy(samples, first.closedAt), late };
};
