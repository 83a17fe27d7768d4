// The dense network of a model of kind 3, behind its linear part: docs/formats.md, “Dense”.
import { check, checkTerm, checkWhole } from "./model-checks.ts";

/** How sums become activations: (sum · multiplier + 2^(shift − 1)) >> shift, from 0 to 127. */
export type Scale = { multiplier: number; shift: number };
/** An input of the network: slope · (lane + 2^15) + bias, scaled. Units come in tens that read the same lane. */
export type Unit = { lane: number; slope: number; bias: number };
export type DenseLayer = Scale & { biases: number[]; weights: number[][] }; // weights[output][input], int8
/** The last layer has shift 0: its sums are added up and multiplied, Q32. */
export type Dense = { unitScale: Scale; units: Unit[]; layers: DenseLayer[] };

const MAX_LAYERS = 8;
const MAX_WIDTH = 512;
const MAX_SHIFT = 40;
const MAX_MULTIPLIER = 2 ** 16 - 1;
const MAX_SLOPE = 127;
const MAX_ACTIVATION = 127;
const LANE_OFFSET = 2 ** 15;
const LANE_BITS = 16;
const LAYER_BYTES = 7;
const WORD_BYTES = 30;
const BIAS_BYTES = 3;
const BIAS_ZERO = 2 ** 23; // sums and biases stay below it, either way
const WEIGHT_ZERO = 128;
const WIDE = 30; // outputs
const NARROW = 10; // outputs, and units
const NARROW_INPUTS = 3; // a word
const WIDE_BIAS_BYTES = 90;
const UNITS_BYTES = 61;

/* CHECKS */

const checkScale = ({ multiplier, shift }: Scale, layer: number): void => {
  checkWhole(shift, `shift of layer ${layer}`, 1, MAX_SHIFT);
  checkWhole(multiplier, `multiplier of layer ${layer}`, 1, Math.min(MAX_MULTIPLIER, 2 ** shift));
};

const checkUnits = (units: Unit[], inputs: number): void => {
  checkWhole(units.length, "width of layer 0", 1, MAX_WIDTH);
  units.forEach(({ lane, slope, bias }, k) => {
    checkWhole(lane, `lane of unit ${k}`, 0, inputs - 1);
    const shared = units[k - (k % NARROW)]?.lane ?? 0;
    check(lane === shared, `lane of unit ${k}`, lane, `${shared}, that of its ten`);
    checkWhole(slope, `slope of unit ${k}`, 0, MAX_SLOPE);
    checkWhole(bias, `bias of unit ${k}`, -BIAS_ZERO, BIAS_ZERO - 1);
    const sum = slope * (2 ** 16 - 1) + bias;
    check(sum < BIAS_ZERO, `largest sum of unit ${k}`, sum, "less than 2^23");
  });
};

/** The largest sum, either way, that one output can reach. */
const largestSum = (weights: number[], bias: number): number =>
  MAX_ACTIVATION * weights.reduce((sum, weight) => sum + Math.abs(weight), 0) + Math.abs(bias);

const checkOutputs = ({ biases, weights }: DenseLayer, layer: number, inputs: number): void => {
  checkWhole(weights.length, `width of layer ${layer}`, 1, MAX_WIDTH);
  check(biases.length === weights.length, `bias count of layer ${layer}`, biases.length, `${weights.length}`);
  weights.forEach((row, output) => {
    const place = `of output ${output} of layer ${layer}`;
    check(row.length === inputs, `weight count ${place}`, row.length, `${inputs}`);
    row.forEach((weight, k) => {
      checkWhole(weight, `weight ${k} ${place}`, -WEIGHT_ZERO, WEIGHT_ZERO - 1);
    });
    const bias = biases[output] ?? 0;
    checkWhole(bias, `bias ${place}`, -BIAS_ZERO, BIAS_ZERO - 1);
    const sum = largestSum(row, bias);
    check(sum < BIAS_ZERO, `largest sum ${place}`, sum, "less than 2^23");
  });
};

/** InputError unless ModelRegistry would take the network behind a linear part of `inputs` lanes. */
export const checkDense = ({ unitScale, units, layers }: Dense, inputs: number): void => {
  checkWhole(layers.length, "layer count", 1, MAX_LAYERS);
  checkScale(unitScale, 0);
  checkUnits(units, inputs);
  layers.forEach((layer, k) => {
    checkOutputs(layer, k + 1, layers[k - 1]?.weights.length ?? units.length);
    if (k + 1 < layers.length) checkScale(layer, k + 1);
  });

  const last = layers.at(-1);
  if (last === undefined) return; // unreachable: the layer count is checked
  check(last.shift === 0, `shift of layer ${layers.length}`, last.shift, "0, as in every last layer");
  checkWhole(last.multiplier, `multiplier of layer ${layers.length}`, 1, 2 ** 32 - 1);
  const sum = last.weights.reduce((total, row, k) => total + largestSum(row, last.biases[k] ?? 0), 0);
  checkTerm(BigInt(sum) * BigInt(last.multiplier), "largest sum of the outputs");
};

/* LAYOUT */

/** Where the blob keeps one output of a layer that starts at `body`: its bias, and each of its weights. */
type Place = { bias: number; weight: (input: number) => number };

const isWide = (output: number, width: number, isLast: boolean): boolean => !isLast && output < width - (width % WIDE);

const wideBytes = (inputs: number): number => WIDE_BIAS_BYTES + WORD_BYTES * inputs;
const narrowBytes = (inputs: number): number => WORD_BYTES * (1 + Math.ceil(inputs / NARROW_INPUTS));

const widePlace = (start: number, k: number): Place => ({
  bias: start + WORD_BYTES * (k % 3) + BIAS_BYTES * Math.floor(k / 3),
  weight: (input) => start + WIDE_BIAS_BYTES + WORD_BYTES * input + k,
});

const narrowPlace = (start: number, k: number): Place => ({
  bias: start + BIAS_BYTES * k,
  weight: (input) =>
    start + WORD_BYTES * (1 + Math.floor(input / NARROW_INPUTS)) + NARROW_INPUTS * k + (input % NARROW_INPUTS),
});

const placeOf = (body: number, output: number, width: number, inputs: number, isLast: boolean): Place => {
  if (isWide(output, width, isLast)) {
    return widePlace(body + Math.floor(output / WIDE) * wideBytes(inputs), output % WIDE);
  }
  const wide = isLast ? 0 : Math.floor(width / WIDE);
  const rest = output - WIDE * wide;
  return narrowPlace(body + wide * wideBytes(inputs) + Math.floor(rest / NARROW) * narrowBytes(inputs), rest % NARROW);
};

const layerBytes = (width: number, inputs: number, isLast: boolean): number => {
  const wide = isLast ? 0 : Math.floor(width / WIDE);
  const narrow = Math.ceil((width - WIDE * wide) / NARROW);
  return LAYER_BYTES + wide * wideBytes(inputs) + narrow * narrowBytes(inputs);
};

const unitsBytes = (width: number): number => LAYER_BYTES + UNITS_BYTES * Math.ceil(width / NARROW);

export const denseBytes = ({ units, layers }: Dense): number =>
  layers.reduce(
    (sum, { weights }, k) => sum + layerBytes(weights.length, inputsOf(units, layers, k), k + 1 === layers.length),
    1 + unitsBytes(units.length),
  );

const inputsOf = (units: Unit[], layers: DenseLayer[], k: number): number =>
  layers[k - 1]?.weights.length ?? units.length;

/* BYTES */

const setUint24 = (view: DataView, offset: number, value: number): void => {
  view.setUint16(offset, value >> 8);
  view.setUint8(offset + 2, value & 0xff);
};

const getUint24 = (view: DataView, offset: number): number => (view.getUint16(offset) << 8) | view.getUint8(offset + 2);

const writeHeader = (view: DataView, offset: number, width: number, { multiplier, shift }: Scale): void => {
  view.setUint16(offset, width);
  view.setUint32(offset + 2, multiplier);
  view.setUint8(offset + 6, shift);
};

const writeUnits = (view: DataView, body: number, units: Unit[]): void => {
  for (let k = 0; k < Math.ceil(units.length / NARROW) * NARROW; k += 1) {
    const start = body + UNITS_BYTES * Math.floor(k / NARROW);
    const { lane, slope, bias } = units[k] ?? { lane: units[k - (k % NARROW)]?.lane ?? 0, slope: 0, bias: 0 };
    view.setUint8(start, LANE_BITS * lane);
    setUint24(view, start + 1 + BIAS_BYTES * (k % NARROW), slope);
    setUint24(view, start + 1 + WORD_BYTES + BIAS_BYTES * (k % NARROW), bias + BIAS_ZERO);
  }
};

const writeOutputs = (view: DataView, body: number, layer: DenseLayer, inputs: number, isLast: boolean): void => {
  const width = layer.weights.length;
  const wide = isLast ? 0 : WIDE * Math.floor(width / WIDE);
  const padded = wide + NARROW * Math.ceil((width - wide) / NARROW);
  for (let output = 0; output < padded; output += 1) {
    const place = placeOf(body, output, width, inputs, isLast);
    const count = output < wide ? inputs : NARROW_INPUTS * Math.ceil(inputs / NARROW_INPUTS);
    setUint24(view, place.bias, (layer.biases[output] ?? 0) + BIAS_ZERO);
    for (let k = 0; k < count; k += 1) {
      view.setUint8(place.weight(k), (layer.weights[output]?.[k] ?? 0) + WEIGHT_ZERO);
    }
  }
};

export const writeDense = (view: DataView, start: number, { unitScale, units, layers }: Dense): void => {
  view.setUint8(start, layers.length);
  let cursor = start + 1;
  writeHeader(view, cursor, units.length, unitScale);
  writeUnits(view, cursor + LAYER_BYTES, units);
  cursor += unitsBytes(units.length);

  layers.forEach((layer, k) => {
    const [inputs, isLast] = [inputsOf(units, layers, k), k + 1 === layers.length];
    writeHeader(view, cursor, layer.weights.length, layer);
    writeOutputs(view, cursor + LAYER_BYTES, layer, inputs, isLast);
    cursor += layerBytes(layer.weights.length, inputs, isLast);
  });
};

const checkReaches = (view: DataView, end: number): void =>
  check(view.byteLength >= end, "length", view.byteLength, `at least ${end} bytes`);

const readHeader = (view: DataView, offset: number, layer: number): Scale & { width: number } => {
  checkReaches(view, offset + LAYER_BYTES);
  const width = view.getUint16(offset);
  checkWhole(width, `width of layer ${layer}`, 1, MAX_WIDTH);
  return { width, multiplier: view.getUint32(offset + 2), shift: view.getUint8(offset + 6) };
};

const readUnits = (view: DataView, body: number, width: number): Unit[] =>
  Array.from({ length: width }, (_, k) => {
    const start = body + UNITS_BYTES * Math.floor(k / NARROW);
    return {
      lane: view.getUint8(start) / LANE_BITS,
      slope: getUint24(view, start + 1 + BIAS_BYTES * (k % NARROW)),
      bias: getUint24(view, start + 1 + WORD_BYTES + BIAS_BYTES * (k % NARROW)) - BIAS_ZERO,
    };
  });

const readOutputs = (
  view: DataView,
  body: number,
  { width, inputs, isLast }: { width: number; inputs: number; isLast: boolean },
): Pick<DenseLayer, "biases" | "weights"> => {
  const places = Array.from({ length: width }, (_, output) => placeOf(body, output, width, inputs, isLast));
  return {
    biases: places.map(({ bias }) => getUint24(view, bias) - BIAS_ZERO),
    weights: places.map(({ weight }) =>
      Array.from({ length: inputs }, (_, k) => view.getUint8(weight(k)) - WEIGHT_ZERO),
    ),
  };
};

/** The network that fills `view` from `start` on; `checkDense` checks its fields, encoding again its padding. */
export const readDense = (view: DataView, start: number): Dense => {
  checkReaches(view, start + 1);
  const count = view.getUint8(start);
  checkWhole(count, "layer count", 1, MAX_LAYERS);

  let cursor = start + 1;
  const { width: unitCount, ...unitScale } = readHeader(view, cursor, 0);
  checkReaches(view, cursor + unitsBytes(unitCount));
  const units = readUnits(view, cursor + LAYER_BYTES, unitCount);
  cursor += unitsBytes(unitCount);

  const layers: DenseLayer[] = [];
  for (let k = 0; k < count; k += 1) {
    const { width, ...scale } = readHeader(view, cursor, k + 1);
    const shape = { width, inputs: inputsOf(units, layers, k), isLast: k + 1 === count };
    const end = cursor + layerBytes(width, shape.inputs, shape.isLast);
    checkReaches(view, end);
    layers.push({ ...scale, ...readOutputs(view, cursor + LAYER_BYTES, shape) });
    cursor = end;
  }
  check(view.byteLength === cursor, "length", view.byteLength, `${cursor} bytes for ${count} layers`);
  return { unitScale, units, layers };
};

/* EVALUATE */

/** Exact in float64: a sum stays below 2^23 and its product below 2^40. */
const activation = (sum: number, { multiplier, shift }: Scale): number => {
  const scaled = Math.floor((sum * multiplier + 2 ** (shift - 1)) / 2 ** shift);
  return Math.min(Math.max(scaled, 0), MAX_ACTIVATION);
};

const sumsOf = ({ biases, weights }: DenseLayer, inputs: number[]): number[] =>
  weights.map((row, output) => row.reduce((sum, weight, k) => sum + weight * (inputs[k] ?? 0), biases[output] ?? 0));

/** What the network adds to the linear output, Q32. */
export const denseCorrection = ({ unitScale, units, layers }: Dense, lanes: number[]): bigint => {
  let activations = units.map(({ lane, slope, bias }) =>
    activation(slope * ((lanes[lane] ?? 0) + LANE_OFFSET) + bias, unitScale),
  );
  for (const layer of layers.slice(0, -1)) {
    activations = sumsOf(layer, activations).map((sum) => activation(sum, layer));
  }

  const last = layers.at(-1);
  if (last === undefined) return 0n;
  const sum = sumsOf(last, activations).reduce((total, one) => total + one, 0);
  return BigInt(sum) * BigInt(last.multiplier);
};
