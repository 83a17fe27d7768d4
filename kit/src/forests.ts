// The forest of a model of kind 2, behind its linear part: docs/formats.md, “Forest”.
import { check, checkTerm, checkWhole } from "./model-checks.ts";

export type ForestNode = { lane: number; threshold: number }; // a lane above the threshold goes right
export type Tree = { nodes: ForestNode[]; leaves: bigint[] }; // nodes by level from the root; leaves Q24, left to right
export type Forest = { depth: number; trees: Tree[] };

const HEADER_BYTES = 4;
const WORD_BYTES = 4;
const MIN_DEPTH = 3;
const MAX_DEPTH = 8;
const MAX_TREES = 2 ** 16 - 1;
const LANE_BITS = 16;
const LEAF_SHIFT = 8n; // from Q24 to Q32
const LEAF_BOUND = 2n ** 31n;

const treeBytes = (depth: number): number => WORD_BYTES * (2 ** (depth + 1) - 1);

export const forestBytes = ({ depth, trees }: Forest): number => HEADER_BYTES + trees.length * treeBytes(depth);

const size = (leaf: bigint): bigint => (leaf < 0n ? -leaf : leaf);

const largest = (leaves: bigint[]): bigint =>
  leaves.reduce((most, leaf) => (size(leaf) > most ? size(leaf) : most), 0n);

const checkTree = ({ nodes, leaves }: Tree, tree: number, depth: number, inputs: number): void => {
  check(nodes.length === 2 ** depth - 1, `node count of tree ${tree}`, nodes.length, `${2 ** depth - 1}`);
  check(leaves.length === 2 ** depth, `leaf count of tree ${tree}`, leaves.length, `${2 ** depth}`);
  nodes.forEach(({ lane, threshold }, k) => {
    checkWhole(lane, `lane of node ${k + 1} of tree ${tree}`, 0, inputs - 1);
    checkWhole(threshold, `threshold of node ${k + 1} of tree ${tree}`, -(2 ** 15), 2 ** 15 - 1);
  });
  leaves.forEach((leaf, k) => {
    check(leaf >= -LEAF_BOUND && leaf < LEAF_BOUND, `leaf ${k} of tree ${tree}`, leaf, "an int32");
  });
};

/** InputError unless ModelRegistry would take the forest behind a linear part of `inputs` lanes. */
export const checkForest = ({ depth, trees }: Forest, inputs: number): void => {
  checkWhole(depth, "depth", MIN_DEPTH, MAX_DEPTH);
  checkWhole(trees.length, "tree count", 1, MAX_TREES);
  trees.forEach((tree, k) => {
    checkTree(tree, k, depth, inputs);
  });
  const sum = trees.reduce((total, { leaves }) => total + largest(leaves), 0n);
  checkTerm(sum << LEAF_SHIFT, "sum of the largest leaves");
};

export const writeForest = (view: DataView, start: number, { depth, trees }: Forest): void => {
  view.setUint8(start, depth);
  view.setUint16(start + 2, trees.length);
  trees.forEach(({ nodes, leaves }, tree) => {
    const root = start + HEADER_BYTES + tree * treeBytes(depth);
    nodes.forEach(({ lane, threshold }, k) => {
      view.setInt16(root + WORD_BYTES * k, threshold);
      view.setUint16(root + WORD_BYTES * k + 2, LANE_BITS * lane);
    });
    leaves.forEach((leaf, k) => {
      view.setInt32(root + WORD_BYTES * (nodes.length + k), Number(leaf));
    });
  });
};

const readTree = (view: DataView, root: number, depth: number): Tree => {
  const nodes = 2 ** depth - 1;
  return {
    nodes: Array.from({ length: nodes }, (_, k) => ({
      threshold: view.getInt16(root + WORD_BYTES * k),
      lane: view.getUint16(root + WORD_BYTES * k + 2) / LANE_BITS,
    })),
    leaves: Array.from({ length: nodes + 1 }, (_, k) => BigInt(view.getInt32(root + WORD_BYTES * (nodes + k)))),
  };
};

/** The forest that fills `view` from `start` on; its fields are checked by `checkForest`. */
export const readForest = (view: DataView, start: number): Forest => {
  check(view.byteLength >= start + HEADER_BYTES, "length", view.byteLength, `at least ${start + HEADER_BYTES} bytes`);
  const depth = view.getUint8(start);
  checkWhole(depth, "depth", MIN_DEPTH, MAX_DEPTH);
  check(view.getUint8(start + 1) === 0, "reserved field of the forest", view.getUint8(start + 1), "0");
  const trees = view.getUint16(start + 2);
  const end = start + HEADER_BYTES + trees * treeBytes(depth);
  check(view.byteLength === end, "length", view.byteLength, `${end} bytes for ${trees} trees`);

  return {
    depth,
    trees: Array.from({ length: trees }, (_, k) => readTree(view, start + HEADER_BYTES + k * treeBytes(depth), depth)),
  };
};

const leafOf = ({ nodes, leaves }: Tree, lanes: number[]): bigint => {
  let k = 0;
  for (let node = nodes[k]; node !== undefined; node = nodes[k]) {
    k = 2 * k + ((lanes[node.lane] ?? 0) > node.threshold ? 2 : 1);
  }
  return leaves[k - nodes.length] ?? 0n;
};

/** What the forest adds to the linear output, Q32, exact. */
export const forestCorrection = ({ trees }: Forest, lanes: number[]): bigint =>
  trees.reduce((sum, tree) => sum + leafOf(tree, lanes), 0n) << LEAF_SHIFT;
