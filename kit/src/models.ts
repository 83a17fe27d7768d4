// Model blobs of docs/formats.md: what ModelRegistry stores as code and SignalFeed runs. Every kind has a linear part;
// a forest (forests.ts) or a dense network (dense.ts) adds a correction to it.
import type { Hex } from "viem";
import { bytesToHex, hexToBytes, keccak256 } from "viem/utils";
import { checkDense, type Dense, denseBytes, denseCorrection, readDense, writeDense } from "./dense.ts";
import { InputError } from "./errors.ts";
import { featureSets } from "./features.ts";
import { checkForest, type Forest, forestBytes, forestCorrection, readForest, writeForest } from "./forests.ts";
import { check, checkTerm, checkWhole } from "./model-checks.ts";

export type LinearPart = {
  featureSet: number;
  period: number; // seconds a candle
  horizon: number; // candles ahead
  minCandles: number; // candles the feature state must have seen
  closeToRange: bigint; // Q32, log2 of close-to-close over Parkinson volatility
  bias: bigint; // Q32
  weights: bigint[]; // Q22, one per lane
};

export type LinearModel = LinearPart & { kind: "linear" };
export type ForestModel = LinearPart & Forest & { kind: "forest" };
export type DenseModel = LinearPart & Dense & { kind: "dense" };
export type Model = LinearModel | ForestModel | DenseModel;

const MAGIC = 0x4959494d; // "IYIM"
const FORMAT_VERSION = 1;
const KIND_CODES: Record<Model["kind"], number> = { linear: 1, forest: 2, dense: 3 };
const MAX_HORIZON = 255;
const MAX_BYTES = 24_575; // a contract's largest code, without the STOP byte before the blob
const HEADER_BYTES = 40; // with the bias
const WEIGHT_BYTES = 4;
const WEIGHT_BOUND = 2n ** 31n;

const linearBytes = (inputs: number): number => HEADER_BYTES + WEIGHT_BYTES * inputs;

const checkLinearPart = (model: LinearPart): void => {
  const inputs = featureSets[model.featureSet]?.lanes.length;
  check(inputs !== undefined, "feature set", model.featureSet, `one of ${Object.keys(featureSets).join(", ")}`);
  check(model.weights.length === inputs, "input count", model.weights.length, `${inputs}`);
  checkWhole(model.period, "period", 1, 2 ** 32 - 1);
  checkWhole(model.horizon, "horizon", 1, MAX_HORIZON);
  checkWhole(model.minCandles, "minCandles", 0, 2 ** 16 - 1);
  checkTerm(model.closeToRange, "closeToRange");
  checkTerm(model.bias, "bias");
  model.weights.forEach((weight, k) => {
    check(weight >= -WEIGHT_BOUND && weight < WEIGHT_BOUND, `weight ${k}`, weight, "an int32");
  });
};

const checkModel = (model: Model): void => {
  checkLinearPart(model);
  switch (model.kind) {
    case "linear":
      return;
    case "forest":
      checkForest(model, model.weights.length);
      return;
    case "dense":
      checkDense(model, model.weights.length);
      return;
  }
};

const correctionBytes = (model: Model): number => {
  switch (model.kind) {
    case "linear":
      return 0;
    case "forest":
      return forestBytes(model);
    case "dense":
      return denseBytes(model);
  }
};

const writeCorrection = (view: DataView, start: number, model: Model): void => {
  switch (model.kind) {
    case "linear":
      return;
    case "forest":
      writeForest(view, start, model);
      return;
    case "dense":
      writeDense(view, start, model);
      return;
  }
};

/** The blob of `model`; InputError when a field is out of bounds. */
export const encodeModel = (model: Model): Hex => {
  checkModel(model);
  const start = linearBytes(model.weights.length);
  const length = start + correctionBytes(model);
  check(length <= MAX_BYTES, "length", length, `at most ${MAX_BYTES} bytes`);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);

  view.setUint32(0, MAGIC);
  view.setUint8(4, FORMAT_VERSION);
  view.setUint8(5, KIND_CODES[model.kind]);
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
  writeCorrection(view, start, model);

  return bytesToHex(bytes);
};

const readCorrection = (view: DataView, part: LinearPart): Model => {
  const start = linearBytes(part.weights.length);
  switch (view.getUint8(5)) {
    case KIND_CODES.linear:
      check(view.byteLength === start, "length", view.byteLength, `${start} bytes for ${part.weights.length} inputs`);
      return { ...part, kind: "linear" };
    case KIND_CODES.forest:
      return { ...part, kind: "forest", ...readForest(view, start) };
    case KIND_CODES.dense:
      return { ...part, kind: "dense", ...readDense(view, start) };
    default:
      throw new InputError(`Model kind is ${view.getUint8(5)}: expected 1 (linear), 2 (forest) or 3 (dense).`);
  }
};

/** The model in `blob`; InputError when it is not a blob that ModelRegistry would take. */
export const decodeModel = (blob: Hex): Model => {
  const bytes = hexToBytes(blob);
  check(bytes.length >= HEADER_BYTES, "length", bytes.length, `at least ${HEADER_BYTES} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

  const magic = view.getUint32(0);
  check(magic === MAGIC, "magic", `0x${magic.toString(16).padStart(8, "0")}`, '"IYIM"');
  check(view.getUint8(4) === FORMAT_VERSION, "format version", view.getUint8(4), `${FORMAT_VERSION}`);
  check(
    bytes.subarray(17, 24).every((byte) => byte === 0),
    "reserved field",
    bytesToHex(bytes.subarray(17, 24)),
    "0",
  );
  const inputs = view.getUint8(16);
  check(bytes.length >= linearBytes(inputs), "length", bytes.length, `at least ${linearBytes(inputs)} bytes`);

  const model = readCorrection(view, {
    featureSet: view.getUint16(6),
    period: view.getUint32(8),
    horizon: view.getUint16(12),
    minCandles: view.getUint16(14),
    closeToRange: view.getBigInt64(24),
    bias: view.getBigInt64(32),
    weights: Array.from({ length: inputs }, (_, k) => BigInt(view.getInt32(HEADER_BYTES + WEIGHT_BYTES * k))),
  });
  check(encodeModel(model) === bytesToHex(bytes), "padding", "not zero", "nothing where no input or output is");
  return model;
};

/** keccak256 of the blob: the name of the model on every chain. */
export const modelId = (blob: Hex): Hex => keccak256(blob);

const linearOutput = ({ weights, bias }: LinearPart, lanes: number[]): bigint =>
  weights.reduce((sum, weight, k) => sum + weight * BigInt(lanes[k] ?? 0), bias);

/** The model's output on int16 lanes, Q32, exact. */
export const evaluate = (model: Model, lanes: number[]): bigint => {
  if (lanes.length !== model.weights.length) {
    throw new InputError(`Model takes ${model.weights.length} inputs and got ${lanes.length}.`);
  }
  switch (model.kind) {
    case "linear":
      return linearOutput(model, lanes);
    case "forest":
      return linearOutput(model, lanes) + forestCorrection(model, lanes);
    case "dense":
      return linearOutput(model, lanes) + denseCorrection(model, lanes);
  }
};
