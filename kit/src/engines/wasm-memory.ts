// Lays a model out in the memory of engine.wat, whose comments say what lies where.
import type { Dense, DenseLayer, Unit } from "../dense.ts";
import type { Forest } from "../forests.ts";
import type { Model } from "../models.ts";

/** Rows that one call into the module takes. */
export const ROWS = 256;

export type MemoryLayout = {
  rows: number; // address of int16 lanes
  outputs: number; // address of int64 outputs
  bytes: number; // of the whole memory
  /** What the memory holds before the first call, by address. */
  contents: Map<number, Uint8Array>;
};

const HEADER_BYTES = 96;
const LAYER_BYTES = 32;
const ALIGNMENT = 16;
const BLOCK = 16; // outputs that a layer computes at once
const BLOCK_BIAS_BYTES = 64;
const PAIR_BYTES = 32; // the weights of two inputs of a block
const MAX_SUMS = 512 + BLOCK;

const multipleOf = (unit: number, count: number): number => unit * Math.ceil(count / unit);

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

/** Hands out addresses one after another. */
const createArena = () => {
  const contents = new Map<number, Uint8Array>();
  let end = HEADER_BYTES;
  const reserve = (bytes: number): number => {
    const address = end;
    end += multipleOf(ALIGNMENT, bytes);
    return address;
  };
  const place = (data: ArrayBufferView): number => {
    const address = reserve(data.byteLength);
    contents.set(address, bytesOf(data));
    return address;
  };
  return { contents, reserve, place, size: () => end };
};

type Arena = ReturnType<typeof createArena>;

/** `weights` as int32, filled up with zeros to groups of four, and as many zeros when there are none. */
const weightWords = (weights: number[]): Int32Array => {
  const words = new Int32Array(multipleOf(4, weights.length));
  words.set(weights);
  return words;
};

const forestWords = ({ depth, trees }: Forest): Int32Array => {
  const treeWords = 2 ** (depth + 1);
  const words = new Int32Array(trees.length * treeWords);
  trees.forEach(({ nodes, leaves }, tree) => {
    const root = tree * treeWords + 1;
    nodes.forEach(({ lane, threshold }, k) => {
      words[root + k] = threshold * 2 ** 16 + 2 * lane;
    });
    leaves.forEach((leaf, k) => {
      words[root + nodes.length + k] = Number(leaf);
    });
  });
  return words;
};

const unitWords = (units: Unit[]): Int32Array => {
  const words = new Int32Array(3 * multipleOf(4, units.length));
  units.forEach(({ lane, slope, bias }, k) => {
    const at = 12 * Math.floor(k / 4) + (k % 4);
    words[at] = 2 * lane;
    words[at + 4] = slope;
    words[at + 8] = bias;
  });
  return words;
};

/** Weights of a hidden layer: for each block of outputs their biases, then for each pair of inputs two weights an output. */
const layerBytes = ({ biases, weights }: DenseLayer, inputs: number): Uint8Array => {
  const blockBytes = BLOCK_BIAS_BYTES + PAIR_BYTES * Math.ceil(inputs / 2);
  const bytes = new Uint8Array(blockBytes * Math.ceil(weights.length / BLOCK));
  const view = new DataView(bytes.buffer);
  weights.forEach((row, output) => {
    const block = blockBytes * Math.floor(output / BLOCK);
    const place = output % BLOCK;
    view.setInt32(block + 4 * place, biases[output] ?? 0, true);
    row.forEach((weight, input) => {
      const pair = block + BLOCK_BIAS_BYTES + PAIR_BYTES * Math.floor(input / 2);
      view.setInt8(pair + 2 * place + (input % 2), weight);
    });
  });
  return bytes;
};

const setScale = (view: DataView, at: number, { multiplier, shift }: { multiplier: number; shift: number }): void => {
  view.setBigInt64(at, 1n << BigInt(shift - 1), true);
  view.setInt32(at + 8, multiplier, true);
  view.setInt32(at + 12, shift, true);
};

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

const placeDense = (arena: Arena, header: DataView, { unitScale, units, layers }: Dense): void => {
  const hidden = layers.slice(0, -1);
  const widths = [units.length, ...layers.map(({ weights }) => weights.length)];
  const descriptors = new DataView(new ArrayBuffer(LAYER_BYTES * hidden.length));
  hidden.forEach((layer, k) => {
    const [inputs, outputs] = [widths[k] ?? 0, widths[k + 1] ?? 0];
    const at = LAYER_BYTES * k;
    const counts = [arena.place(layerBytes(layer, inputs)), Math.ceil(inputs / 2), Math.ceil(outputs / BLOCK), outputs];
    setScale(descriptors, at, layer);
    counts.forEach((value, field) => {
      descriptors.setInt32(at + 16 + 4 * field, value, true);
    });
  });

  // The outputs of the last layer are added up, so their weights can be added up before.
  const last = layers.at(-1);
  const inputs = widths[hidden.length] ?? 0;
  const column = (input: number): number => sum(last?.weights.map((row) => row[input] ?? 0) ?? []);
  const lastWeights = weightWords(Array.from({ length: inputs }, (_, input) => column(input)));

  header.setInt32(12, arena.place(unitWords(units)), true);
  header.setInt32(16, arena.place(descriptors), true);
  header.setInt32(20, arena.place(lastWeights), true);
  header.setInt32(28, arena.reserve(4 * MAX_SUMS), true);
  header.setInt32(32, arena.reserve(2 * MAX_SUMS), true);
  header.setInt32(44, Math.ceil(units.length / 4), true);
  header.setInt32(48, hidden.length, true);
  header.setInt32(52, lastWeights.length / 4, true);
  header.setBigInt64(72, BigInt(last?.multiplier ?? 0), true);
  setScale(header, 80, unitScale);
};

/** The bias of all that is added up at the end. */
const wholeBias = (model: Model): bigint => {
  const last = model.kind === "dense" ? model.layers.at(-1) : undefined;
  return model.bias + BigInt(last?.multiplier ?? 0) * BigInt(sum(last?.biases ?? []));
};

export const layOut = (model: Model): MemoryLayout => {
  const arena = createArena();
  const header = new DataView(new ArrayBuffer(HEADER_BYTES));
  const inputs = model.weights.length;
  const weights = weightWords(model.weights.map(Number));

  header.setInt32(8, arena.place(weights), true);
  header.setInt32(36, 2 * inputs, true);
  header.setInt32(40, weights.length / 4, true);
  header.setBigInt64(64, wholeBias(model), true);
  if (model.kind === "forest") {
    header.setInt32(24, arena.place(forestWords(model)), true);
    header.setInt32(56, model.trees.length, true);
    header.setInt32(60, model.depth, true);
  }
  if (model.kind === "dense") placeDense(arena, header, model);

  const rows = arena.reserve(2 * inputs * ROWS + ALIGNMENT); // the last row is read in groups of four lanes too
  const outputs = arena.reserve(8 * ROWS);
  header.setInt32(0, rows, true);
  header.setInt32(4, outputs, true);
  return { rows, outputs, bytes: arena.size(), contents: arena.contents.set(0, bytesOf(header)) };
};
