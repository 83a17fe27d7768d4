import assert from "node:assert/strict";
import { test } from "node:test";
import { type DenseModel, encodeModel, type ForestModel, type LinearModel } from "@aibot/kit/models";
import { keccak256 } from "viem";
import { accuracy, describeModel, levelName, prove } from "./model.ts";

const MODEL: LinearModel = {
  kind: "linear",
  featureSet: 1,
  period: 86_400,
  horizon: 5,
  minCandles: 160,
  closeToRange: 1n << 30n,
  bias: -3n,
  weights: [1n << 22n, 2n, 3n, -4n, 5n, -6n],
};
const BLOB = encodeModel(MODEL);
// lanes −1, 2, 3, 4, −5, 6 as int16
const FEATURES = `0xffff000200030004fffb0006${"0".repeat(40)}` as const;
// bias + Σ weight · lane + closeToRange + log2(256) / 2, by hand
const VALUE = -3n - (1n << 22n) + 4n + 9n - 16n - 25n - 36n + (1n << 30n) + (4n << 32n);

const params = { blob: BLOB, namedModel: keccak256(BLOB), features: FEATURES, periodsPerYear: 256, chain: VALUE };

test("the browser arrives at the chain's integer", () => {
  const proof = prove(params);

  assert.equal(proof.computed, VALUE);
  assert.equal(proof.isEqual, true);
  assert.deepEqual(
    proof.rows.map(({ lane }) => lane),
    [-1, 2, 3, 4, -5, 6],
  );
});

test("one unit of difference is unequal", () => {
  assert.equal(prove({ ...params, chain: VALUE + 1n }).isEqual, false);
});

test("a blob that is not the named model proves nothing, though its integer agrees", () => {
  const proof = prove({ ...params, namedModel: `0x${"00".repeat(32)}` });

  assert.equal(proof.computed, VALUE);
  assert.equal(proof.isEqual, false);
});

test("a model is told by its kind", () => {
  const forest = { ...MODEL, kind: "forest", depth: 3, trees: Array(100) } as ForestModel;
  const dense = { ...MODEL, kind: "dense", layers: Array(3) } as unknown as DenseModel;

  assert.equal(describeModel(MODEL), "linear, 6 inputs");
  assert.equal(describeModel(forest), "linear, 6 inputs, and a forest of 100 trees");
  assert.equal(describeModel(dense), "linear, 6 inputs, and a network of 3 layers");
});

test("accuracy counts only rounds whose outcome and rival are known", () => {
  const outlook = (volatilityBps: number, realisedVolBps: number | null, naiveVolBps: number | null) => ({
    round: 1,
    closedAt: 0n,
    volatilityBps,
    realisedVolBps,
    naiveVolBps,
  });

  assert.deepEqual(
    accuracy([outlook(1000, 1200, 900), outlook(1500, 1400, 1900), outlook(9, null, 9), outlook(9, 9, null)]),
    {
      rounds: 2,
      forecastErrorBps: 150,
      naiveErrorBps: 400,
    },
  );
  assert.equal(accuracy([]), undefined);
});

test("levels have the names of the contract", () => {
  assert.deepEqual([1, 2, 4, 8].map(levelName), ["EXECUTED", "OPTIMISTIC", "SCORED", "LEVEL 8"]);
});
