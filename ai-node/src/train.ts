// The linear model that a run starts with: fitted on candles up to a day, measured on those after it.
import type { LinearModel } from "@aibot/kit/models";
import { fitLine, predict, rSquared } from "./least-squares.ts";
import { forecastsOf } from "./training/kinds.ts";
import { fitLinear } from "./training/linear.ts";
import { type Prepared, prepareRows, type RowRange, rangeOf, type TrainParams } from "./training/prepare.ts";

export type { TrainParams } from "./training/prepare.ts";
export { warmUpCandles } from "./training/samples.ts";

export type TrainReport = {
  train: RowRange;
  test: RowRange;
  /** Out of sample, on the test rows; null when there are none. */
  rSquared: { model: number; har: number; naive: number } | null;
};

export type TrainResult = { model: LinearModel; report: TrainReport };

/** Fits the model; scores are of log2 of volatility per period, by the integers that the chain computes. */
export const train = (params: TrainParams): TrainResult => {
  const prepared = prepareRows(params);
  const { model } = fitLinear(prepared.training, prepared.terms);
  const { training, test } = prepared;
  return {
    model,
    report: {
      train: rangeOf(training),
      test: rangeOf(test),
      rSquared: test.length < 2 ? null : scoresOf(model, prepared),
    },
  };
};

const scoresOf = (model: LinearModel, { training, test }: Prepared) => {
  const harLine = fitLine(training.map(({ har, target }) => ({ inputs: har, target })));
  const forecasts = forecastsOf(model, test);
  const score = (guess: (row: number) => number) =>
    rSquared(test.map(({ target }, row) => ({ guess: guess(row), target })));
  return {
    model: score((row) => forecasts[row] ?? 0),
    har: score((row) => predict(harLine, test[row]?.har ?? [])),
    naive: score((row) => test[row]?.naive ?? 0),
  };
};
