// A network with one hidden layer, in floats: inputs and hidden activations between 0 and 1, one output. Trained with
// Adam on shuffled batches; what counts is the running mean of its parameters, which no single batch sways.
import { createRandom, shuffle } from "./random.ts";

export type Shape = { inputs: number; hidden: number };

/** In one array: hidden weights [unit][input], hidden biases, output weights, output bias. */
export type Network = { shape: Shape; parameters: Float64Array };

/** `inputs[row * shape.inputs + k]`, `values[row]`. */
export type Batch = { inputs: Float64Array; values: Float64Array };

/** Where each part of the parameters begins. */
export const layout = ({ inputs, hidden }: Shape) => {
  const biases = hidden * inputs;
  return { biases, outputs: biases + hidden, outputBias: biases + 2 * hidden, count: biases + 2 * hidden + 1 };
};

const clamp = (sum: number): number => (sum < 0 ? 0 : sum > 1 ? 1 : sum);

/** The output for one row of `inputs`; leaves the sums before the hidden activations in `sums`. */
export const forward = ({ shape, parameters }: Network, inputs: Float64Array, row: number, sums: Float64Array) => {
  const { biases, outputs, outputBias } = layout(shape);
  const start = row * shape.inputs;
  let output = parameters[outputBias] as number;
  for (let unit = 0; unit < shape.hidden; unit += 1) {
    let sum = parameters[biases + unit] as number;
    for (let k = 0; k < shape.inputs; k += 1) {
      sum += (parameters[unit * shape.inputs + k] as number) * (inputs[start + k] as number);
    }
    sums[unit] = sum;
    output += (parameters[outputs + unit] as number) * clamp(sum);
  }
  return output;
};

/** Gradient of the mean of ½ · error² over `rows`, into `gradient`. */
export const fillGradient = (network: Network, batch: Batch, rows: ArrayLike<number>, gradient: Float64Array): void => {
  const { shape, parameters } = network;
  const { biases, outputs, outputBias } = layout(shape);
  const sums = new Float64Array(shape.hidden);
  const add = (k: number, value: number): void => {
    gradient[k] = (gradient[k] as number) + value;
  };
  gradient.fill(0);
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] as number;
    const error = (forward(network, batch.inputs, row, sums) - (batch.values[row] as number)) / rows.length;
    add(outputBias, error);
    for (let unit = 0; unit < shape.hidden; unit += 1) {
      const sum = sums[unit] as number;
      add(outputs + unit, error * clamp(sum));
      if (sum <= 0 || sum >= 1) continue; // clamped: a little more or less of the sum changes nothing
      const back = error * (parameters[outputs + unit] as number);
      add(biases + unit, back);
      for (let k = 0; k < shape.inputs; k += 1) {
        add(unit * shape.inputs + k, back * (batch.inputs[row * shape.inputs + k] as number));
      }
    }
  }
};

const REACH = 3; // of a first weight: how fast a unit opens over the whole of an input

/** Each unit half open at some row of the batch, and outputs that begin at zero: an untrained network says nothing. */
export const initialise = (shape: Shape, { inputs, values }: Batch, seed: number): Network => {
  const random = createRandom(seed);
  const { biases, count } = layout(shape);
  const parameters = new Float64Array(count);
  for (let unit = 0; unit < shape.hidden; unit += 1) {
    const row = random.below(values.length);
    parameters[biases + unit] = 0.5;
    for (let k = 0; k < shape.inputs; k += 1) {
      const weight = REACH * (2 * random.unit() - 1);
      parameters[unit * shape.inputs + k] = weight;
      parameters[biases + unit] =
        (parameters[biases + unit] as number) - weight * (inputs[row * shape.inputs + k] ?? 0);
    }
  }
  return { shape, parameters };
};

const MOMENTUM = 0.9;
const SCALE_MEMORY = 0.999;
const LEAST_SCALE = 1e-8;

/** Adam: moves `parameters` against `gradient`, in steps of about `rate`. */
const createAdam = (count: number, rate: number) => {
  const [mean, square] = [new Float64Array(count), new Float64Array(count)];
  let steps = 0;
  return (parameters: Float64Array, gradient: Float64Array): void => {
    steps += 1;
    const [meanPart, squarePart] = [1 - MOMENTUM ** steps, 1 - SCALE_MEMORY ** steps];
    for (let k = 0; k < count; k += 1) {
      const slope = gradient[k] as number;
      const nextMean = MOMENTUM * (mean[k] as number) + (1 - MOMENTUM) * slope;
      const nextSquare = SCALE_MEMORY * (square[k] as number) + (1 - SCALE_MEMORY) * slope * slope;
      mean[k] = nextMean;
      square[k] = nextSquare;
      const move = nextMean / meanPart / (Math.sqrt(nextSquare / squarePart) + LEAST_SCALE);
      parameters[k] = (parameters[k] as number) - rate * move;
    }
  };
};

export type TrainingParams = { shape: Shape; batch: Batch; seed: number; largestWeight: number };

/** `network` is the running mean; `step` learns from one more batch. */
export type Training = { network: Network; step: () => void };

const BATCH_ROWS = 128;
const RATE = 1e-3;
const DECAY = 1e-2; // pull of every output weight to zero, in units of the loss
const MEMORY = 0.995; // of the running mean, a step

export const createTraining = ({ shape, batch, seed, largestWeight }: TrainingParams): Training => {
  const current = initialise(shape, batch, seed);
  const mean: Network = { shape, parameters: current.parameters.slice() };
  const { biases, outputs, outputBias, count } = layout(shape);
  const gradient = new Float64Array(count);
  const move = createAdam(count, RATE);
  const random = createRandom(seed + 1);
  const order = Uint32Array.from(batch.values, (_, row) => row);
  let cursor = order.length;

  const nextRows = (): Uint32Array => {
    if (cursor + BATCH_ROWS > order.length) {
      shuffle(order, random);
      cursor = 0;
    }
    cursor += BATCH_ROWS;
    return order.subarray(cursor - BATCH_ROWS, cursor);
  };

  const step = (): void => {
    const { parameters } = current;
    fillGradient(current, batch, nextRows(), gradient);
    for (let k = outputs; k < outputBias; k += 1) {
      gradient[k] = (gradient[k] as number) + DECAY * (parameters[k] as number);
    }
    move(parameters, gradient);
    for (let k = 0; k < biases; k += 1) {
      parameters[k] = Math.min(Math.max(parameters[k] as number, -largestWeight), largestWeight);
    }
    for (let k = 0; k < count; k += 1) {
      mean.parameters[k] = MEMORY * (mean.parameters[k] as number) + (1 - MEMORY) * (parameters[k] as number);
    }
  };
  return { network: mean, step };
};
