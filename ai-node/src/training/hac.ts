// Means of numbers that hang together: outcomes of `horizon` candles overlap, so neighbouring errors are nearly the same
// and count for less than as many independent ones. Newey and West (1987); Diebold and Mariano (1995), with the
// small-sample correction of Harvey, Leybourne and Newbold (1997).
import { twoSidedP } from "./student.ts";

export type Estimate = { value: number; error: number }; // with its standard error
export type Comparison = { statistic: number; p: number }; // p: two-sided

export const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let k = 0; k < values.length; k += 1) sum += values[k] as number;
  return sum / values.length;
};

/**
 * How far neighbours are thought to hang together. Overlap alone reaches `horizon` − 1; twice that, because Bartlett's
 * weights have halved what lies halfway; and never less than Newey and West's rule of thumb.
 */
export const lagsOf = (count: number, horizon: number): number =>
  Math.min(count - 1, Math.max(2 * (horizon - 1), Math.floor(4 * (count / 100) ** (2 / 9))));

/** Standard error of the mean of `values`, with Bartlett's weights on `lags` autocovariances. */
export const standardError = (values: ArrayLike<number>, lags: number): number => {
  const count = values.length;
  const mean = meanOf(values);
  const covariance = (lag: number): number => {
    let sum = 0;
    for (let k = lag; k < count; k += 1) sum += ((values[k] as number) - mean) * ((values[k - lag] as number) - mean);
    return sum / count;
  };
  let variance = covariance(0);
  for (let lag = 1; lag <= lags; lag += 1) variance += 2 * (1 - lag / (lags + 1)) * covariance(lag);
  return Math.sqrt(variance / count); // Bartlett's weights keep the variance from falling below zero
};

export type ComparisonParams = { losses: ArrayLike<number>; peer: ArrayLike<number>; horizon: number };

/** Whether `losses` are smaller than those of the peer on the same rows: the statistic is positive when they are. */
export const compareLosses = ({ losses, peer, horizon }: ComparisonParams): Comparison => {
  const count = losses.length;
  const differences = Float64Array.from({ length: count }, (_, k) => (peer[k] as number) - (losses[k] as number));
  const error = standardError(differences, lagsOf(count, horizon));
  if (!(error > 0)) return { statistic: 0, p: 1 }; // the same forecasts
  const correction = Math.sqrt(((count - horizon) * (count - horizon + 1)) / count ** 2);
  const statistic = (correction * meanOf(differences)) / error;
  return { statistic, p: twoSidedP(statistic, count - 1) };
};
