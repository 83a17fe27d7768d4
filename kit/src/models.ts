// Model blobs of docs/formats.md: what ModelRegistry stores as code and SignalFeed runs.
import type { Hex } from "viem";
import { bytesToHex, hexToBytes, keccak256 } from "viem/utils";
import { InputError } from "./errors.ts";
import { featureSets } from "./features.ts";

export type LinearModel = {
  kind: "linear";
  featureSet: number;
  period: number; // seconds a candle
  horizon: number; // candles ahead
  minCandles: number; // candles the feature state must have seen
  closeToRange: bigint; // Q32, log2 of close-to-close over Parkinson volatility
  bias: bigint; // Q32
  weights: bigint[]; // Q22, one per lane
};

const MAGIC = 0x4959494d; // "IYIM"
const FORMAT_VERSION = 1;
const KIND_LINEAR = 1;
const MAX_HORIZON = 255;
const CONSTANT_BOUND = 2n ** 40n;
const HEADER_BYTES = 40; // with the bias
const WEIGHT_BYTES = 4;
const WEIGHT_BOUND = 2n ** 31n;

const check = (isTrue: boolean, field: string, value: unknown, expected: string): void => {
  if (!isTrue) throw new InputError(`Model ${field} is ${value}: expected ${expected}.`);
};

const checkWhole = (value: number, field: string, min: number, max: number): void =>
  check(Number.isInteger(value) && value >= min && value <= max, field, value, `a whole number from ${min} to ${max}`);

const isBounded = (value: bigint, bound: bigint): boolean => -bound < value && value < bound;

const checkModel = (model: LinearModel): void => {
  const inputs = featureSets[model.featureSet]?.lanes.length;
  check(inputs !== undefined, "feature set", model.featureSet, `one of ${Object.keys(featureSets).join(", ")}`);
  check(model.weights.length === inputs, "input count", model.weights.length, `${inputs}`);
  checkWhole(model.period, "period", 1, 2 ** 32 - 1);
  checkWhole(model.horizon, "horizon", 1, MAX_HORIZON);
  checkWhole(model.minCandles, "minCandles", 0, 2 ** 16 - 1);
  check(isBounded(model.closeToRange, CONSTANT_BOUND), "closeToRange", model.closeToRange, "less than 2^40 either way");
  check(isBounded(model.bias, CONSTANT_BOUND), "bias", model.bias, "less than 2^40 either way");
  model.weights.forEach((weight, k) => {
    check(weight >= -WEIGHT_BOUND && weight < WEIGHT_BOUND, `weight ${k}`, weight, "an int32");
  });
};

/** The blob of `model`; InputError when a field is out of bounds. */
export const encodeModel = (model: LinearModel): Hex => {
  checkModel(model);
  const bytes = new Uint8Array(HEADER_BYTES + WEIGHT_BYTES * model.weights.length);
  const view = new DataView(bytes.buffer);

  view.setUint32(0, MAGIC);
  view.setUint8(4, FORMAT_VERSION);
  view.setUint8(5, KIND_LINEAR);
  view.setUint16(6, model.featureSet);
  view.setUint32(8, model.period);
  view.setUint16(12, model.horizon);
  view.setUint16(14, model.minCandles);
  view.setUint8(16, model.weights.length);
  view.setBigInt64(24, model.closeToRange);
  view.setBigInt64(32, model.bias);
  model.weights.forEach((weight, k) => {
    view.setInt32(HEADER_BYTES + WEIGHT_BYTES * k, Number(weight));
  });

  return bytesToHex(bytes);
};

/** The model in `blob`; InputError when it is not a blob that ModelRegistry would take. */
export const decodeModel = (blob: Hex): LinearModel => {
  const bytes = hexToBytes(blob);
  check(bytes.length >= HEADER_BYTES, "length", bytes.length, `at least ${HEADER_BYTES} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

  const magic = view.getUint32(0);
  check(magic === MAGIC, "magic", `0x${magic.toString(16).padStart(8, "0")}`, '"IYIM"');
  check(view.getUint8(4) === FORMAT_VERSION, "format version", view.getUint8(4), `${FORMAT_VERSION}`);
  check(view.getUint8(5) === KIND_LINEAR, "kind", view.getUint8(5), `${KIND_LINEAR} (linear)`);
  check(
    bytes.subarray(17, 24).every((byte) => byte === 0),
    "reserved field",
    bytesToHex(bytes.subarray(17, 24)),
    "0",
  );
  const inputs = view.getUint8(16);
  const expectedLength = HEADER_BYTES + WEIGHT_BYTES * inputs;
  check(bytes.length === expectedLength, "length", bytes.length, `${expectedLength} bytes for ${inputs} inputs`);

  const model: LinearModel = {
    kind: "linear",
    featureSet: view.getUint16(6),
    period: view.getUint32(8),
    horizon: view.getUint16(12),
    minCandles: view.getUint16(14),
    closeToRange: view.getBigInt64(24),
    bias: view.getBigInt64(32),
    weights: Array.from({ length: inputs }, (_, k) => BigInt(view.getInt32(HEADER_BYTES + WEIGHT_BYTES * k))),
  };
  checkModel(model);
  return model;
};

/** keccak256 of the blob: the name of the model on every chain. */
export const modelId = (blob: Hex): Hex => keccak256(blob);

/** The model's output on int16 lanes, Q32, exact. */
export const evaluate = (model: LinearModel, lanes: number[]): bigint => {
  if (lanes.length !== model.weights.length) {
    throw new InputError(`Model takes ${model.weights.length} inputs and got ${lanes.length}.`);
  }
  return model.weights.reduce((sum, weight, k) => sum + weight * BigInt(lanes[k] ?? 0), model.bias);
};
