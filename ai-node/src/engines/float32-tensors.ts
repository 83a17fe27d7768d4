// For tests: as much of TensorFlow as its engine uses, each operation rounded to float32.
import type { Tensor, Tensorflow } from "./tensorflow.ts";

type Matrix = Tensor & { rows: number; columns: number; values: Float32Array };

/** A row is repeated, and so is a single number. */
const at = (matrix: Matrix, row: number, column: number): number =>
  matrix.values[(matrix.rows === 1 ? 0 : row) * matrix.columns + (matrix.columns === 1 ? 0 : column)] ?? 0;

const matrixOf = (rows: number, columns: number, value: (row: number, column: number) => number): Matrix => {
  const values = Float32Array.from({ length: rows * columns }, (_, k) => value(Math.floor(k / columns), k % columns));
  const each = (compute: (value: number) => number) =>
    matrixOf(rows, columns, (row, column) => compute(at(self, row, column)));
  const pair = (other: Tensor | number, compute: (a: number, b: number) => number) => {
    const right = typeof other === "number" ? matrixOf(1, 1, () => other) : (other as Matrix);
    return matrixOf(rows, columns, (row, column) => compute(at(self, row, column), at(right, row, column)));
  };
  const self: Matrix = {
    ...{ rows, columns, values },
    add: (other) => pair(other, (a, b) => a + b),
    sub: (other) => pair(other, (a, b) => a - b),
    mul: (other) => pair(other, (a, b) => a * b),
    less: (other) => pair(other, (a, b) => Number(a < b)),
    greaterEqual: (other) => pair(other, (a, b) => Number(a >= b)),
    floor: () => each(Math.floor),
    clipByValue: (least, most) => each((value) => Math.min(Math.max(value, least), most)),
    toInt: () => each(Math.trunc),
    toFloat: () => self,
    matMul: (other) => product(self, other as Matrix),
    gather: (indices, axis = 0) => gather(self, indices as Matrix, axis),
    data: async () => values,
    dispose: () => {},
  };
  return self;
};

const product = (left: Matrix, right: Matrix): Matrix =>
  matrixOf(left.rows, right.columns, (row, column) => {
    let sum = 0;
    for (let k = 0; k < left.columns; k += 1) {
      sum = Math.fround(sum + Math.fround(at(left, row, k) * (right.values[k * right.columns + column] ?? 0)));
    }
    return sum;
  });

/** Columns of a matrix, or numbers of a list. */
const gather = (from: Matrix, indices: Matrix, axis: number): Matrix =>
  axis === 1
    ? matrixOf(from.rows, indices.columns, (row, column) => at(from, row, indices.values[column] ?? 0))
    : matrixOf(indices.rows, indices.columns, (row, column) => from.values[at(indices, row, column)] ?? 0);

export const float32: Tensorflow = {
  tensor1d: (values) => matrixOf(1, values.length, (_, column) => values[column] ?? 0),
  tensor2d: (values, [rows, columns]) => matrixOf(rows, columns, (row, column) => values[row * columns + column] ?? 0),
  tidy: (compute) => compute(),
  getBackend: () => "float32",
};
