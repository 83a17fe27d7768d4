// How good the signals were, beside what anyone could have said. Everything is log2 of volatility per period, from
// high–low ranges: what the model is trained to forecast.
import type { Candle } from "@aibot/kit/candles";
import { parkinsonQ48 } from "@aibot/kit/features";
import { fitLine, type Guess, type Line, predict, rSquared } from "../../ai-node/src/least-squares.ts";

export type Score = {
  rSquared: number;
  qlike: number; // mean of x − ln x − 1 with x = variance that came / variance forecast; 0 is perfect
};

export type ForecastScores = { rounds: number; signal: Score; har: Score; lastWeek: Score };

export type ScoreParams = {
  candles: Candle[]; // oldest first, with those before the first signal
  first: number; // index of the candle of the first signal; HAR is fitted on what was known when it opened
  warmUp: number; // candles that no forecast is made from
  horizon: number; // candles ahead
  forecasts: number[]; // one per candle from `first` on
};

const HAR_WINDOWS = [1, 5, 22]; // candles: Corsi's day, week and month

export const scoreForecasts = ({ candles, first, warmUp, horizon, forecasts }: ScoreParams): ForecastScores => {
  const volatility = windowVolatility(candles);
  const har = (index: number) => HAR_WINDOWS.map((window) => volatility(index, window));
  const target = (index: number) => volatility(index + horizon, horizon);

  const training = range(Math.max(warmUp, ...HAR_WINDOWS) - 1, first - horizon);
  const line: Line = fitLine(training.map((index) => ({ inputs: har(index), target: target(index) })));
  const scored = range(first, Math.min(first + forecasts.length, candles.length - horizon));
  const score = (guess: (index: number) => number) =>
    scoreOf(scored.map((index) => ({ guess: guess(index), target: target(index) })));
  return {
    rounds: scored.length,
    signal: score((index) => forecasts[index - first] as number),
    har: score((index) => predict(line, har(index))),
    lastWeek: score((index) => volatility(index, horizon)),
  };
};

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, k) => from + k);

/** ½·log2 of the mean range variance of the `count` candles up to `index`, from sums over the first k candles. */
const windowVolatility = (candles: Candle[]) => {
  const sums = [0];
  for (const candle of candles) sums.push((sums.at(-1) as number) + Number(parkinsonQ48(candle)));
  return (index: number, count: number): number => {
    const sum = (sums[index + 1] as number) - (sums[index + 1 - count] as number);
    return Math.log2(Math.max(sum / count, 1) / 2 ** 48) / 2;
  };
};

const scoreOf = (guesses: Guess[]): Score => ({ rSquared: rSquared(guesses), qlike: qlike(guesses) });

const qlike = (guesses: Guess[]): number =>
  guesses.reduce((sum, { guess, target }) => {
    const ratio = 4 ** (target - guess);
    return sum + (ratio - Math.log(ratio) - 1);
  }, 0) / guesses.length;
