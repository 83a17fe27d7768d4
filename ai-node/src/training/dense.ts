// The dense network on the residual of a linear model, in the integers of the chain. Ten ramps in a row measure one lane,
// so the network that learns has an input per lane; its weights are parted among the ramps, and those of its output among
// three outputs, so that int8 is fine enough.
import type { Dense, DenseLayer, Unit } from "@aibot/kit/dense";
import type { DenseModel, LinearModel } from "@aibot/kit/models";
import type { Table } from "./boosting.ts";
import { createTraining, forward, layout, type Network, type Shape } from "./network.ts";

export type Ramps = Pick<Dense, "unitScale" | "units">;

const RAMPS = 10; // a lane: what the chain computes at a time
const HIDDEN = 30; // one wide block
const OUTPUTS = 3;
const STEPS_A_ROUND = 100;
const MOST_ACTIVATION = 127;
const MOST_WEIGHT = 127; // −128 is left out, so that both signs reach as far
const LANE_OFFSET = 2 ** 15;
const MULTIPLIER_BITS = 16;
const HIDDEN_SHIFT = 8; // the ramps' weights add up to multiples of 1/256 of an input's
const OUTSIDE = 0.005; // of the rows lie beyond the ramps, on either side
const Q32 = 2 ** 32;

/** Most rounds that a fit may take. */
export const MOST_ROUNDS = 30;

/* RAMPS */

type Range = { lane: number; from: number; length: number }; // of one ramp, in units of the lane

const rangeOf = (values: Int16Array, lane: number): Range => {
  const sorted = values.toSorted();
  const last = sorted.length - 1;
  const [from = 0, to = 0] = [OUTSIDE, 1 - OUTSIDE].map((part) => sorted[Math.round(part * last)] ?? 0);
  return { lane, from, length: Math.max(1, Math.round((to - from) / RAMPS)) };
};

/** Each lane's ramps follow one another and rise from 0 to 127; the shortest have the steepest slope there is. */
export const rampsOf = (lanes: Int16Array[]): Ramps => {
  const ranges = lanes.map(rangeOf);
  const shortest = Math.min(...ranges.map(({ length }) => length));
  const units = ranges.flatMap(({ lane, from, length }) =>
    Array.from({ length: RAMPS }, (_, k): Unit => {
      const slope = Math.max(1, Math.round((MOST_ACTIVATION * shortest) / length));
      return { lane, slope, bias: -slope * (from + k * length + LANE_OFFSET) };
    }),
  );
  // A step of the shortest ramps' lane is 127 of slope and 127 / shortest of activation: the scale is 1 / shortest, to as
  // many bits as a multiplier has.
  const shift = MULTIPLIER_BITS + Math.floor(Math.log2(shortest));
  const multiplier = Math.min(Math.round(2 ** shift / shortest), 2 ** MULTIPLIER_BITS - 1);
  return { unitScale: { multiplier, shift }, units };
};

/** Activation of a unit from 0 to 127: docs/formats.md, “Dense”. */
const activationOf = ({ slope, bias }: Unit, lane: number, { multiplier, shift }: Dense["unitScale"]): number => {
  const sum = slope * (lane + LANE_OFFSET) + bias;
  return Math.min(Math.max(Math.floor((sum * multiplier + 2 ** (shift - 1)) / 2 ** shift), 0), MOST_ACTIVATION);
};

/** Input of the network per row and lane, from 0 to 1: the mean of the lane's ramps. */
export const inputsOf = ({ units, unitScale }: Ramps, lanes: ArrayLike<number>[]): Float64Array => {
  const rows = lanes[0]?.length ?? 0;
  const inputs = new Float64Array(rows * lanes.length);
  for (const unit of units) {
    const values = lanes[unit.lane] as ArrayLike<number>;
    for (let row = 0; row < rows; row += 1) {
      const cell = row * lanes.length + unit.lane;
      const activation = activationOf(unit, values[row] as number, unitScale);
      inputs[cell] = (inputs[cell] as number) + activation / (RAMPS * MOST_ACTIVATION);
    }
  }
  return inputs;
};

/* TRAINING */

export type DenseTraining = { ramps: Ramps; network: Network; round: () => void };

export const createDenseTraining = ({ lanes, values }: Table, seed: number): DenseTraining => {
  const ramps = rampsOf(lanes);
  const shape: Shape = { inputs: lanes.length, hidden: HIDDEN };
  const largestWeight = (RAMPS * MOST_WEIGHT) / 2 ** HIDDEN_SHIFT;
  const training = createTraining({ shape, batch: { inputs: inputsOf(ramps, lanes), values }, seed, largestWeight });
  const round = () => {
    for (let k = 0; k < STEPS_A_ROUND; k += 1) training.step();
  };
  return { ramps, network: training.network, round };
};

/** The network's output per row of `inputs`, in floats. */
export const outputsOf = (network: Network, inputs: Float64Array): Float64Array => {
  const sums = new Float64Array(network.shape.hidden);
  return Float64Array.from({ length: inputs.length / network.shape.inputs }, (_, row) =>
    forward(network, inputs, row, sums),
  );
};

/* QUANTISATION */

/** `count` whole numbers that add up to `sum`; the first k of them are within a half of their share, for every k. */
export const parted = (sum: number, count: number): number[] => {
  const share = (k: number) => Math.round((sum * k) / count);
  return Array.from({ length: count }, (_, k) => share(k + 1) - share(k));
};

const hiddenLayer = ({ shape, parameters }: Network): DenseLayer => {
  const { biases, outputs } = layout(shape);
  const scale = 2 ** HIDDEN_SHIFT;
  return {
    ...{ multiplier: 1, shift: HIDDEN_SHIFT },
    biases: Array.from(parameters.subarray(biases, outputs), (bias) => Math.round(bias * scale * MOST_ACTIVATION)),
    weights: Array.from({ length: shape.hidden }, (_, unit) =>
      Array.from(parameters.subarray(unit * shape.inputs, (unit + 1) * shape.inputs)).flatMap((weight) =>
        parted(Math.round(weight * scale), RAMPS),
      ),
    ),
  };
};

const lastLayer = ({ shape, parameters }: Network): DenseLayer => {
  const { outputs, outputBias } = layout(shape);
  const weights = parameters.subarray(outputs, outputBias);
  const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  const multiplier = Math.max(1, Math.ceil((largest * Q32) / MOST_ACTIVATION / (OUTPUTS * MOST_WEIGHT)));
  const parts = (value: number) => parted(Math.round((value * Q32) / multiplier), OUTPUTS);
  const columns = Array.from(weights, (weight) => parts(weight / MOST_ACTIVATION));
  const biases = parts(parameters[outputBias] as number);
  return { multiplier, shift: 0, biases, weights: biases.map((_, k) => columns.map((column) => column[k] ?? 0)) };
};

export const denseOf = (linear: LinearModel, { ramps, network }: Omit<DenseTraining, "round">): DenseModel => ({
  ...linear,
  kind: "dense",
  ...ramps,
  layers: [hiddenLayer(network), lastLayer(network)],
});
