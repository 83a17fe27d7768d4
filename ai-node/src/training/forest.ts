// The forest on the residual of a linear model: boosted trees, rounded to the integers of the chain.
import type { ForestModel, LinearModel } from "@aibot/kit/models";
import { createBoosting, type FloatTree, type Table } from "./boosting.ts";

const DEPTH = 3;
const RATE = 0.05;
const LEAST_OUTCOMES = 20; // that do not overlap, in every leaf
const Q24 = 2 ** 24;

/** A hundred trees of depth 3 are what a signal's gas allows. */
export const MOST_TREES = 100;

export const boostingOf = (table: Table, horizon: number) =>
  createBoosting({ table, depth: DEPTH, rate: RATE, leastRows: LEAST_OUTCOMES * horizon });

/** Without a tree, one that says zero stands for none: the format wants at least one. */
const NO_TREE: FloatTree = {
  lanes: new Array(2 ** DEPTH - 1).fill(0),
  thresholds: new Array(2 ** DEPTH - 1).fill(0),
  leaves: new Array(2 ** DEPTH).fill(0),
};

export const forestOf = (linear: LinearModel, trees: FloatTree[]): ForestModel => ({
  ...linear,
  kind: "forest",
  depth: DEPTH,
  trees: (trees.length === 0 ? [NO_TREE] : trees).map(({ lanes, thresholds, leaves }) => ({
    nodes: lanes.map((lane, node) => ({ lane, threshold: thresholds[node] ?? 0 })),
    leaves: leaves.map((leaf) => BigInt(Math.round(leaf * Q24))),
  })),
});
