// Dense models on TensorFlow, where the operator has installed tfjs-node-gpu. It computes in float32, which is exact for
// whole numbers up to 2^24. decodeModel proves that every sum, in whatever order it is added up, stays below 2^23; a
// product with a multiplier does not, so activations are corrected with the sums at which they change.
import type { DenseLayer, Scale } from "@aibot/kit/dense";
import { checkRows, type Engine } from "@aibot/kit/engines/engine";
import type { DenseModel } from "@aibot/kit/models";

/** As much of tfjs as is used here; it is no dependency, so its types are not at hand. */
export type Tensor = {
  add: (other: Tensor | number) => Tensor;
  sub: (other: Tensor) => Tensor;
  mul: (other: Tensor | number) => Tensor;
  matMul: (other: Tensor) => Tensor;
  floor: () => Tensor;
  clipByValue: (least: number, most: number) => Tensor;
  less: (other: Tensor) => Tensor;
  greaterEqual: (other: Tensor) => Tensor;
  gather: (indices: Tensor, axis?: number) => Tensor;
  toInt: () => Tensor;
  toFloat: () => Tensor;
  data: () => Promise<Float32Array | Int32Array>;
  dispose: () => void;
};

export type Tensorflow = {
  tensor1d: (values: number[] | Float32Array, type?: "float32" | "int32") => Tensor;
  tensor2d: (values: number[] | Float32Array, shape: [number, number], type?: "float32") => Tensor;
  tidy: (compute: () => Tensor) => Tensor;
  getBackend: () => string;
};

const MAX_ACTIVATION = 127;
const EXACT_BOUND = 2 ** 24; // of whole numbers in float32; no sum reaches it

/** The least sum that gives an activation of 0, 1, … 127, 128; the first and the last are never in the way. */
export const leastSums = ({ multiplier, shift }: Scale): number[] =>
  Array.from({ length: MAX_ACTIVATION + 2 }, (_, activation) => {
    if (activation === 0) return -EXACT_BOUND;
    if (activation > MAX_ACTIVATION) return EXACT_BOUND;
    return Math.min(Math.ceil((activation * 2 ** shift - 2 ** (shift - 1)) / multiplier), EXACT_BOUND);
  });

/** `guess` is at most one off: its error in float32 is below 2^-15. */
const activate = (sums: Tensor, { multiplier, shift }: Scale, least: Tensor): Tensor => {
  const guess = sums
    .mul(multiplier / 2 ** shift)
    .add(0.5)
    .floor()
    .clipByValue(0, MAX_ACTIVATION);
  const isTooHigh = sums.less(least.gather(guess.toInt())).toFloat();
  const isTooLow = sums.greaterEqual(least.gather(guess.add(1).toInt())).toFloat();
  return guess.sub(isTooHigh).add(isTooLow);
};

type Matrix = { weights: Tensor; biases: Tensor };

const matrixOf = (tf: Tensorflow, { weights, biases }: DenseLayer): Matrix => {
  const inputs = weights[0]?.length ?? 0;
  const transposed = Array.from({ length: inputs }, (_, input) => weights.map((row) => row[input] ?? 0)).flat();
  return {
    weights: tf.tensor2d(transposed, [inputs, weights.length], "float32"),
    biases: tf.tensor1d(biases, "float32"),
  };
};

/** The network up to the sums of its last layer, [rows, outputs]. */
const createNetwork = (tf: Tensorflow, { units, unitScale, layers }: DenseModel): ((rows: Tensor) => Tensor) => {
  const lanes = tf.tensor1d(
    units.map(({ lane }) => lane),
    "int32",
  );
  const slopes = tf.tensor1d(units.map(({ slope }) => slope));
  const biases = tf.tensor1d(units.map(({ bias }) => bias));
  const leastOfUnits = tf.tensor1d(leastSums(unitScale));
  const hidden = layers.slice(0, -1).map((layer) => ({
    ...{ layer, matrix: matrixOf(tf, layer), least: tf.tensor1d(leastSums(layer)) },
  }));
  const last = layers.at(-1);
  const lastMatrix = last === undefined ? undefined : matrixOf(tf, last);

  return (rows) => {
    const shifted = rows.gather(lanes, 1).add(2 ** 15);
    let activations = activate(shifted.mul(slopes).add(biases), unitScale, leastOfUnits);
    for (const { layer, matrix, least } of hidden) {
      activations = activate(activations.matMul(matrix.weights).add(matrix.biases), layer, least);
    }
    return lastMatrix === undefined ? activations : activations.matMul(lastMatrix.weights).add(lastMatrix.biases);
  };
};

export const createTensorflowEngine = async (tf: Tensorflow, model: DenseModel): Promise<Engine> => {
  const network = createNetwork(tf, model);
  const inputs = model.weights.length;
  const last = model.layers.at(-1);
  const [width, multiplier] = [last?.weights.length ?? 0, last?.multiplier ?? 0];
  const [bias, weights] = [Number(model.bias), model.weights.map(Number)];

  /** Float64 is exact here: an output stays below 2^51. */
  const outputOf = (lanes: Int16Array, sums: ArrayLike<number>, row: number): number => {
    let [linear, sum] = [bias, 0];
    for (let k = 0; k < inputs; k += 1) linear += (weights[k] ?? 0) * (lanes[row * inputs + k] ?? 0);
    for (let k = 0; k < width; k += 1) sum += sums[row * width + k] ?? 0;
    return linear + multiplier * sum;
  };

  return {
    name: "tensorflow",
    device: tf.getBackend(),
    run: async (lanes, outputs) => {
      checkRows(model, lanes, outputs);
      const result = tf.tidy(() => network(tf.tensor2d(Float32Array.from(lanes), [outputs.length, inputs])));
      const sums = await result.data();
      result.dispose();
      for (let row = 0; row < outputs.length; row += 1) outputs[row] = BigInt(outputOf(lanes, sums, row));
    },
    close: () => {}, // the weights live as long as the process, which chooses its engines once
  };
};
