// Least squares in floats. Training only: nothing here is ever signed, stored or compared across machines.

export type Line = { bias: number; weights: number[] };
export type Row = { inputs: number[]; target: number };

/** What is believed of the weights before the rows are seen, and how firmly: in units of the inputs' variance. */
export type Prior = { weights: number[]; strength: number };

/** Of an input's variance, against inputs that vary together; far below what moves any weight that data determine. */
const LEAST_STRENGTH = 1e-9;

const meanOf = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const at = (values: number[] | undefined, index: number): number => values?.[index] ?? 0;

const dot = (values: number[], weights: number[]): number =>
  values.reduce((sum, value, j) => sum + value * at(weights, j), 0);

/** Solves a symmetric, positive definite system by Gaussian elimination. */
const solve = (matrix: number[][], right: number[]): number[] => {
  const rows = matrix.map((row, k) => [...row, at(right, k)]);
  for (const [k, pivot] of rows.entries()) {
    for (const [below, row] of rows.entries()) {
      if (below === k) continue;
      const factor = at(row, k) / at(pivot, k);
      rows[below] = row.map((value, column) => value - factor * at(pivot, column));
    }
  }
  return rows.map((row, k) => at(row, right.length) / at(row, k));
};

/**
 * The line that minimises mean squared error + strength · Σ (weight − prior weight)²: ridge regression around a prior.
 * Weights that the rows do not determine keep their prior; without one that is zero.
 */
export const fitLine = (rows: Row[], prior: Prior = { weights: [], strength: 0 }): Line => {
  const count = rows[0]?.inputs.length ?? 0;
  const means = Array.from({ length: count }, (_, j) => meanOf(rows.map(({ inputs }) => at(inputs, j))));
  const targetMean = meanOf(rows.map(({ target }) => target));
  const centred = rows.map(({ inputs }) => means.map((mean, j) => at(inputs, j) - mean));

  // Sums of products of two inputs, and of an input with what the prior leaves to explain.
  const products = means.map(() => new Array<number>(count).fill(0));
  const slopes = new Array<number>(count).fill(0);
  for (const [k, row] of centred.entries()) {
    const rest = (rows[k]?.target ?? 0) - targetMean - dot(row, prior.weights);
    for (const [a, input] of row.entries()) {
      const sums = products[a] as number[];
      for (let b = 0; b < count; b += 1) sums[b] = at(sums, b) + input * at(row, b);
      slopes[a] = at(slopes, a) + input * rest;
    }
  }

  const covariance = (a: number, b: number) => at(products[a], b) / rows.length;
  // An input that never varies counts as varying by one, so that it keeps its prior.
  const hold = (a: number) => prior.strength + (LEAST_STRENGTH * covariance(a, a) || 1);
  const matrix = means.map((_, a) => means.map((_, b) => covariance(a, b) + (a === b ? hold(a) : 0)));
  const right = slopes.map((sum) => sum / rows.length);

  const weights = solve(matrix, right).map((change, j) => at(prior.weights, j) + change);
  return { bias: targetMean - dot(means, weights), weights };
};

export const predict = ({ bias, weights }: Line, inputs: number[]): number => bias + dot(inputs, weights);

export type Guess = { guess: number; target: number };

/** 1 − squared error over the squared distance of the targets from their own mean. */
export const rSquared = (guesses: Guess[]): number => {
  const mean = meanOf(guesses.map(({ target }) => target));
  const error = guesses.reduce((sum, { guess, target }) => sum + (target - guess) ** 2, 0);
  const total = guesses.reduce((sum, { target }) => sum + (target - mean) ** 2, 0);
  return 1 - error / total;
};
