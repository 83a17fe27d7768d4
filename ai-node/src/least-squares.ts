// Ordinary least squares in floats. Training only: nothing here is ever signed, stored or compared across machines.

export type Line = { bias: number; weights: number[] };
export type Row = { inputs: number[]; target: number };

/** Against inputs that never vary or vary together; far below what moves any weight that data determine. */
const RIDGE = 1e-9;

const meanOf = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean and standard deviation of one input; a constant input counts as varying by one. */
const spreadOf = (values: number[]): { mean: number; deviation: number } => {
  const mean = meanOf(values);
  const deviation = Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
  return { mean, deviation: deviation > 0 ? deviation : 1 };
};

const at = (values: number[] | undefined, index: number): number => values?.[index] ?? 0;

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

/** The line that minimises the squared error over `rows`; inputs are standardised on the way. */
export const fitLine = (rows: Row[]): Line => {
  const inputs = rows[0]?.inputs.length ?? 0;
  const spreads = Array.from({ length: inputs }, (_, j) => spreadOf(rows.map((row) => at(row.inputs, j))));
  const scaled = rows.map((row) => spreads.map(({ mean, deviation }, j) => (at(row.inputs, j) - mean) / deviation));
  const targetMean = meanOf(rows.map(({ target }) => target));

  const products = (a: number, b: number) => meanOf(scaled.map((row) => at(row, a) * at(row, b)));
  const matrix = spreads.map((_, a) => spreads.map((_, b) => products(a, b) + (a === b ? RIDGE : 0)));
  const right = spreads.map((_, a) => meanOf(rows.map(({ target }, k) => at(scaled[k], a) * (target - targetMean))));

  const weights = solve(matrix, right).map((weight, j) => weight / (spreads[j]?.deviation ?? 1));
  const bias = targetMean - weights.reduce((sum, weight, j) => sum + weight * (spreads[j]?.mean ?? 0), 0);
  return { bias, weights };
};

export const predict = ({ bias, weights }: Line, inputs: number[]): number =>
  weights.reduce((sum, weight, j) => sum + weight * at(inputs, j), bias);

export type Guess = { guess: number; target: number };

/** 1 − squared error over the squared distance of the targets from their own mean. */
export const rSquared = (guesses: Guess[]): number => {
  const mean = meanOf(guesses.map(({ target }) => target));
  const error = guesses.reduce((sum, { guess, target }) => sum + (target - guess) ** 2, 0);
  const total = guesses.reduce((sum, { target }) => sum + (target - mean) ** 2, 0);
  return 1 - error / total;
};
