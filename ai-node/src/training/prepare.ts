// What may be learnt and what is tested: rows before and after the training end, and what every model says of itself.
import { calendarOf, maxGap } from "@aibot/kit/calendars";
import type { Candle } from "@aibot/kit/candles";
import { InputError } from "@aibot/kit/errors";
import { fitCloseToRange, type Terms } from "./linear.ts";
import { collectSamples, harWindows, knownBy, type Sample, warmUpCandles } from "./samples.ts";

export type TrainParams = {
  candles: Candle[]; // oldest first
  trainUntil: bigint; // unix seconds; nothing that ends later is seen in training
  alphasQ32: bigint[];
  period: number; // seconds a candle
  horizon: number; // candles ahead
  periodsPerYear: number;
  featureSet: number;
};

export type Prepared = {
  samples: Sample[];
  training: Sample[];
  test: Sample[];
  acrossGaps: number; // rows left out because a gap would stop publishing before their outcome
  terms: Terms;
};

const LEAST_ROWS_PER_INPUT = 20;
const LEAST_OUTCOMES = 10; // that do not overlap

export const prepareRows = (params: TrainParams): Prepared => {
  const { candles, trainUntil, alphasQ32, period, horizon, featureSet } = params;
  const market = { period, calendar: calendarOf(candles) };
  const longestGap = maxGap(market);
  const minCandles = warmUpCandles(alphasQ32);
  const { samples, acrossGaps } = collectSamples({
    ...{ candles, alphasQ32, featureSet, horizon, minCandles },
    ...{ harWindows: harWindows(market), maxGap: longestGap },
  });
  const training = knownBy(samples, trainUntil);
  checkRows({ rows: training.length, minCandles, acrossGaps, longestGap, params });

  const seen = candles.filter(({ end }) => end <= trainUntil);
  const terms: Terms = { featureSet, period, horizon, minCandles, closeToRange: fitCloseToRange(seen, longestGap) };
  return { samples, training, test: samples.filter(({ closedAt }) => closedAt >= trainUntil), acrossGaps, terms };
};

type CheckRowsParams = {
  rows: number;
  minCandles: number;
  acrossGaps: number;
  longestGap: number;
  params: TrainParams;
};

const checkRows = ({ rows, minCandles, acrossGaps, longestGap, params }: CheckRowsParams): void => {
  const { candles, trainUntil, alphasQ32, horizon } = params;
  const needed = Math.max(LEAST_ROWS_PER_INPUT * (alphasQ32.length + 1), LEAST_OUTCOMES * horizon);
  if (rows >= needed) return;
  const gaps = acrossGaps === 0 ? "" : `; ${acrossGaps} rows lie across gaps of more than ${longestGap / 3600} hours`;
  throw new InputError(
    `${candles.length} candles leave ${rows} training rows before ${dayOf(trainUntil)}, ${needed} are needed ` +
      `after ${minCandles} candles of warm-up${gaps}: give more candles, a later training end or a shorter horizon.`,
  );
};

/** Where rows come from and how many; `from` and `to` are the days of the first and last forecast. */
export type RowRange = { rows: number; from: string; to: string };

export const rangeOf = (samples: Sample[]): RowRange => ({
  rows: samples.length,
  from: samples[0] === undefined ? "" : dayOf(samples[0].closedAt - 1n),
  to: dayOf((samples.at(-1)?.closedAt ?? 1n) - 1n),
});

const dayOf = (time: bigint): string => new Date(Number(time) * 1000).toISOString().slice(0, 10);
