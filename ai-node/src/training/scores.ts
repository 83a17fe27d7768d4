// How good forecasts of log2 volatility were, each figure with its standard error and beside HAR.
import { type Comparison, compareLosses, type Estimate, lagsOf, meanOf, standardError } from "./hac.ts";

export type Score = { r2: Estimate; qlike: Estimate };
export type ComparedScore = Score & { againstHar: { squaredError: Comparison; qlike: Comparison } };

export type Forecasts = { values: Float64Array; targets: Float64Array; horizon: number };

const difference = ({ values, targets }: Forecasts): Float64Array =>
  targets.map((target, k) => target - (values[k] as number));

export const squaredErrors = (forecasts: Forecasts): Float64Array => difference(forecasts).map((error) => error ** 2);

/** x − ln x − 1 with x = variance that came / variance forecast; 0 is perfect, too low a forecast costs more. */
export const qlikes = (forecasts: Forecasts): Float64Array =>
  difference(forecasts).map((error) => 4 ** error - Math.log(4) * error - 1);

/** 1 − squared error / squared distance from the targets' mean; its error by the delta method. */
const rSquaredOf = (forecasts: Forecasts, lags: number): Estimate => {
  const mean = meanOf(forecasts.targets);
  const errors = squaredErrors(forecasts);
  const distances = forecasts.targets.map((target) => (target - mean) ** 2);
  const [error, distance] = [meanOf(errors), meanOf(distances)];
  const influence = errors.map((one, k) => (one - (error / distance) * (distances[k] as number)) / distance);
  return { value: 1 - error / distance, error: standardError(influence, lags) };
};

export const scoreOf = (forecasts: Forecasts): Score => {
  const lags = lagsOf(forecasts.targets.length, forecasts.horizon);
  const losses = qlikes(forecasts);
  return { r2: rSquaredOf(forecasts, lags), qlike: { value: meanOf(losses), error: standardError(losses, lags) } };
};

export const compareWith = (har: Forecasts, forecasts: Forecasts): ComparedScore => {
  const compare = (lossesOf: (of: Forecasts) => Float64Array) =>
    compareLosses({ losses: lossesOf(forecasts), peer: lossesOf(har), horizon: forecasts.horizon });
  return { ...scoreOf(forecasts), againstHar: { squaredError: compare(squaredErrors), qlike: compare(qlikes) } };
};
