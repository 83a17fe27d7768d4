// A model as the buffers that webgpu-shader.ts reads.
import type { Dense, DenseLayer } from "../dense.ts";
import type { Forest } from "../forests.ts";
import type { Model } from "../models.ts";

/** Bias, linear weights and, of a dense model, the weights of its last layer: added up over its outputs, and multiplied. */
export const weightWords = (model: Model): BigInt64Array => {
  const last = model.kind === "dense" ? model.layers.at(-1) : undefined;
  const multiplier = BigInt(last?.multiplier ?? 0);
  const total = (values: number[]): bigint => multiplier * BigInt(values.reduce((sum, value) => sum + value, 0));
  const columns = last?.weights[0]?.map((_, input) => total(last.weights.map((row) => row[input] ?? 0))) ?? [];
  return BigInt64Array.from([model.bias + total(last?.biases ?? []), ...model.weights, ...columns]);
};

/** Words of four activations, of the widest layer but the last. */
export const widestWords = (model: Model): number => {
  if (model.kind !== "dense") return 1;
  const widths = [model.units.length, ...model.layers.slice(0, -1).map(({ weights }) => weights.length)];
  return Math.ceil(Math.max(...widths) / 4);
};

const forestWords = ({ depth, trees }: Forest): Int32Array =>
  Int32Array.from([
    trees.length,
    depth,
    ...trees.flatMap(({ nodes, leaves }) => [
      0,
      ...nodes.map(({ lane, threshold }) => threshold * 2 ** 16 + lane),
      ...leaves.map(Number),
    ]),
  ]);

const fours = (count: number): number[] => Array.from({ length: Math.ceil(count / 4) }, (_, k) => 4 * k);

const packedWeights = (row: number[] | undefined, input: number): number =>
  [0, 1, 2, 3].reduce((word, k) => word | (((row?.[input + k] ?? 0) & 0xff) << (8 * k)), 0);

const layerWords = ({ multiplier, shift, biases, weights }: DenseLayer): number[] => {
  const inputs = fours(weights[0]?.length ?? 0);
  const outputs = fours(weights.length);
  return [
    ...[multiplier, shift, inputs.length, outputs.length],
    ...outputs.flatMap((output) => [0, 1, 2, 3].map((k) => biases[output + k] ?? 0)),
    ...outputs.flatMap((output) =>
      inputs.flatMap((input) => [0, 1, 2, 3].map((k) => packedWeights(weights[output + k], input))),
    ),
  ];
};

const denseWords = ({ unitScale, units, layers }: Dense): Int32Array => {
  const padded = fours(units.length).flatMap((unit) => [0, 1, 2, 3].map((k) => units[unit + k]));
  const hidden = layers.slice(0, -1);
  return Int32Array.from([
    ...[hidden.length, unitScale.multiplier, unitScale.shift, padded.length / 4],
    ...padded.flatMap((unit) => [unit?.lane ?? 0, unit?.slope ?? 0, unit?.bias ?? 0]),
    ...hidden.flatMap(layerWords),
  ]);
};

/** What comes behind the linear part; a word that nobody reads for a linear model, since no buffer may be empty. */
export const correctionWords = (model: Model): Int32Array => {
  switch (model.kind) {
    case "linear":
      return new Int32Array(1);
    case "forest":
      return forestWords(model);
    case "dense":
      return denseWords(model);
  }
};
