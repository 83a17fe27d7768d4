// Fits a linear volatility model on candles up to a day and measures it on those after it.
import type { Candle } from "@aibot/kit/candles";
import { InputError } from "@aibot/kit/errors";
import { emptyFeatureState, featureLanes, featureSets, parkinsonQ48, stepFeatures } from "@aibot/kit/features";
import { evaluate, type LinearModel } from "@aibot/kit/models";
import { annualised, realisedValue, volatilityBps } from "@aibot/kit/signals";
import { fitLine, type Line, type Prior, predict, type Row, rSquared } from "./least-squares.ts";

export type TrainParams = {
  candles: Candle[]; // oldest first
  trainUntil: bigint; // unix seconds; nothing that ends later is seen in training
  alphasQ32: bigint[];
  period: number; // seconds a candle
  horizon: number; // candles ahead
  periodsPerYear: number;
  featureSet: number;
};

/** Where rows come from and how many; `from` and `to` are the days of the first and last forecast. */
export type RowRange = { rows: number; from: string; to: string };

export type TrainReport = {
  target: string;
  candles: number;
  warmUp: number; // candles before the first row
  train: RowRange;
  test: RowRange;
  /** Out of sample, on the test rows; null when there are none. */
  rSquared: { model: number; har: number; naive: number } | null;
  /** Mean annualised volatility over the test rows; null when there are none. */
  meanVolBps: { forecast: number; realised: number } | null;
  model: { minCandles: number; closeToRange: number; bias: number; weights: { lane: string; weight: number }[] };
};

export type TrainResult = { model: LinearModel; report: TrainReport };

const MIN_ROWS_PER_INPUT = 20;
const WARM_UP_HALF_LIVES = 4;
const HAR_WINDOWS = [1, 5, 22]; // candles: Corsi's day, week and month

const Q22 = 2 ** 22;
const Q32 = 2 ** 32;

/** One forecast: what was known at the end of a candle and what the next `horizon` candles brought. */
type Sample = Row & { index: number; closedAt: bigint; knownAt: bigint; lanes: number[]; naive: number; har: number[] };

/** Fits the model; targets, weights and scores are in log2 of volatility per period. */
export const train = (params: TrainParams): TrainResult => {
  const { candles, trainUntil, alphasQ32, period, horizon, featureSet } = params;
  const minCandles = warmUpCandles(alphasQ32);
  const samples = collectSamples({ ...params, minCandles });
  const training = samples.filter(({ knownAt }) => knownAt <= trainUntil);
  const test = samples.filter(({ closedAt }) => closedAt >= trainUntil);
  checkRows(training.length, minCandles, params);

  const line = fitLine(training, priorOf({ rows: training.length, horizon, featureSet }));
  const closeToRange = fitCloseToRange(candles.filter(({ end }) => end <= trainUntil));
  const model: LinearModel = {
    kind: "linear",
    featureSet,
    period,
    horizon,
    minCandles,
    closeToRange: BigInt(Math.round(closeToRange * Q32)),
    bias: BigInt(Math.round(line.bias * Q32)),
    weights: line.weights.map((weight) => BigInt(Math.round(weight * Q22))),
  };
  const harLine = fitLine(training.map(({ har, target }) => ({ inputs: har, target })));
  return { model, report: reportOn({ params, model, training, test, harLine }) };
};

const NOISE = 0.3; // log2, of an outcome around a good forecast
const PRIOR_DEVIATION = 0.5; // of a weight around its prior

/**
 * “Volatility stays what it is”: the mean of the range lanes, drift without effect. As firm as Bayes' rule makes it:
 * noise² / deviation², over as many outcomes as do not overlap. Thousands of rows outvote it; a few hundred, in which the
 * slow lanes hardly move, cannot give those lanes weights that mean nothing.
 */
const priorOf = ({ rows, horizon, featureSet }: { rows: number; horizon: number; featureSet: number }): Prior => {
  const lanes = featureSets[featureSet]?.lanes ?? [];
  const ranges = lanes.filter(({ name }) => name.startsWith("range")).length;
  return {
    weights: lanes.map(({ name }) => (name.startsWith("range") ? 1 / ranges : 0)),
    strength: (NOISE / PRIOR_DEVIATION) ** 2 * (horizon / rows),
  };
};

/** Candles after which the slowest word has forgotten its start: four of its half-lives. */
export const warmUpCandles = (alphasQ32: bigint[]): number => {
  const halfLives = alphasQ32.map((alpha) => -1 / Math.log2(1 - Number(alpha) / Q32));
  const longest = Math.max(...halfLives);
  return Math.ceil(WARM_UP_HALF_LIVES * longest - 1e-3); // an alpha carries its half-life to about six digits
};

const halfLog2 = (varianceQ48: number): number => Math.log2(Math.max(varianceQ48, 1) / 2 ** 48) / 2;

/** ½·log2 of the mean Parkinson variance of `count` candles, from prefix sums: `sums[k]` is over the first k candles. */
const windowVolatility = (sums: number[], end: number, count: number): number =>
  halfLog2(((sums[end] ?? 0) - (sums[end - count] ?? 0)) / count);

const collectSamples = ({
  candles,
  alphasQ32,
  horizon,
  featureSet,
  minCandles,
}: TrainParams & { minCandles: number }) => {
  const scales = (featureSets[featureSet]?.lanes ?? []).map(({ scale }) => scale);
  const sums = [0];
  for (const candle of candles) sums.push((sums.at(-1) ?? 0) + Number(parkinsonQ48(candle)));
  const earliest = Math.max(minCandles, horizon, ...HAR_WINDOWS);

  const samples: Sample[] = [];
  let state = emptyFeatureState();
  for (const candle of candles) {
    state = stepFeatures(state, candle, alphasQ32);
    const last = candles[state.index + horizon - 1];
    if (last === undefined) break;
    if (state.index < earliest) continue;
    const lanes = featureLanes(state);
    samples.push({
      index: state.index,
      closedAt: candle.end,
      knownAt: last.end,
      lanes,
      inputs: lanes.map((lane, k) => lane / (scales[k] ?? 1)),
      target: windowVolatility(sums, state.index + horizon, horizon),
      naive: windowVolatility(sums, state.index, horizon),
      har: HAR_WINDOWS.map((window) => windowVolatility(sums, state.index, window)),
    });
  }
  return samples;
};

const checkRows = (rows: number, minCandles: number, { candles, trainUntil, alphasQ32 }: TrainParams): void => {
  const needed = MIN_ROWS_PER_INPUT * (alphasQ32.length + 1);
  if (rows >= needed) return;
  throw new InputError(
    `${candles.length} candles leave ${rows} training rows before ${dayOf(trainUntil)}, ${needed} are needed ` +
      `after ${minCandles} candles of warm-up: give more candles or a later training end.`,
  );
};

/** log2 of close-to-close over Parkinson volatility: ½·log2 of the ratio of mean squared return to mean variance. */
const fitCloseToRange = (candles: Candle[]): number => {
  const moves = candles.slice(1).map((candle, k) => Math.log(Number(candle.close) / Number(candles[k]?.close)) ** 2);
  const ranges = candles.slice(1).map((candle) => Number(parkinsonQ48(candle)) / 2 ** 48);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const ratio = sum(moves) / sum(ranges);
  if (!(ratio > 0 && Number.isFinite(ratio))) {
    throw new InputError("The training candles never move from close to close: give data of a market that trades.");
  }
  return Math.log2(ratio) / 2;
};

const dayOf = (time: bigint): string => new Date(Number(time) * 1000).toISOString().slice(0, 10);

const rangeOf = (samples: Sample[]): RowRange => ({
  rows: samples.length,
  from: samples[0] === undefined ? "" : dayOf(samples[0].closedAt - 1n),
  to: dayOf((samples.at(-1)?.closedAt ?? 1n) - 1n),
});

type ReportParams = {
  params: TrainParams;
  model: LinearModel;
  training: Sample[];
  test: Sample[];
  harLine: Line;
};

const reportOn = ({ params, model, training, test, harLine }: ReportParams): TrainReport => ({
  target: `½·log2 of mean Parkinson variance of the next ${params.horizon} candles`,
  candles: params.candles.length,
  warmUp: model.minCandles,
  train: rangeOf(training),
  test: rangeOf(test),
  rSquared: test.length < 2 ? null : scoresOf({ model, test, harLine }),
  meanVolBps: test.length < 2 ? null : meanVolatility({ params, model, test }),
  model: {
    minCandles: model.minCandles,
    closeToRange: Number(model.closeToRange) / Q32,
    bias: Number(model.bias) / Q32,
    weights: model.weights.map((weight, k) => ({
      lane: featureSets[model.featureSet]?.lanes[k]?.name ?? `${k}`,
      weight: Number(weight) / Q22,
    })),
  },
});

const scoresOf = ({ model, test, harLine }: Pick<ReportParams, "model" | "test" | "harLine">) => {
  const score = (guess: (sample: Sample) => number) =>
    rSquared(test.map((sample) => ({ guess: guess(sample), target: sample.target })));
  return {
    model: score(({ lanes }) => Number(evaluate(model, lanes)) / Q32), // the integers that the chain computes
    har: score(({ har }) => predict(harLine, har)),
    naive: score(({ naive }) => naive),
  };
};

const meanVolatility = ({ params, model, test }: Pick<ReportParams, "params" | "model" | "test">) => {
  const { candles, horizon, periodsPerYear } = params;
  const mean = (signal: (sample: Sample) => bigint) =>
    Math.round(test.reduce((sum, sample) => sum + Number(volatilityBps(signal(sample))), 0) / test.length);
  const closesAfter = ({ index }: Sample) => candles.slice(index - 1, index + horizon).map(({ close }) => close);
  return {
    forecast: mean(({ lanes }) => annualised(evaluate(model, lanes), model, periodsPerYear)),
    realised: mean((sample) => realisedValue(closesAfter(sample), periodsPerYear)),
  };
};
