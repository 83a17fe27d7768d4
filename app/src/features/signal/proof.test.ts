import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeModel, type LinearModel } from "@aibot/kit/models";
import { keccak256 } from "viem";
import { openModel, type ProofParams, prove, tryOut } from "./proof.ts";

const MODEL: LinearModel = {
  kind: "linear",
  featureSet: 1,
  period: 86_400,
  horizon: 5,
  minCandles: 160,
  closeToRange: 1n << 30n,
  bias: -3n,
  weights: [1n << 22n, 2n, 3n, 0n, 5n, -6n],
};
const BLOB = encodeModel(MODEL);
const LANES = [-1, 2, 3, 4, -5, 6];
// lanes −1, 2, 3, 4, −5, 6 as int16
const FEATURES = `0xffff000200030004fffb0006${"0".repeat(40)}` as const;
// bias + Σ weight · lane + closeToRange + log2(256) / 2, by hand
const VALUE = -3n - (1n << 22n) + 4n + 9n + 0n - 25n - 36n + (1n << 30n) + (4n << 32n);
const PERIODS = 256;
const OTHER_MODEL = `0x${"00".repeat(32)}` as const;

const truth = { value: VALUE, features: FEATURES, modelId: keccak256(BLOB) };
const params: ProofParams = {
  open: openModel(BLOB),
  lanes: LANES,
  periodsPerYear: PERIODS,
  event: truth,
  indexed: truth,
};

test("the browser arrives at the chain's integer", () => {
  const proof = prove(params);

  assert.deepEqual([proof.computed, proof.chain, proof.verdict], [VALUE, VALUE, "equal"]);
  assert.equal(proof.source, "event");
});

test("one unit of difference is unequal", () => {
  assert.equal(prove({ ...params, event: { ...truth, value: VALUE + 1n } }).verdict, "unequal");
});

test("a blob that is not the named model proves nothing, though its integer agrees", () => {
  const proof = prove({ ...params, event: { ...truth, modelId: OTHER_MODEL } });

  assert.deepEqual([proof.computed, proof.verdict], [VALUE, "wrong-model"]);
});

test("an indexer that says other than the chain's event is found out, whatever it changed", () => {
  for (const change of [
    { value: VALUE - 1n },
    { features: `0x${"0".repeat(64)}` as const },
    { modelId: OTHER_MODEL },
  ]) {
    const proof = prove({ ...params, indexed: { ...truth, ...change } });
    assert.deepEqual([proof.verdict, proof.chain], ["wrong-indexer", VALUE]);
  }
});

test("without an event the indexer's word is proved, and that is said", () => {
  const proof = prove({ ...params, event: null });
  assert.deepEqual([proof.verdict, proof.source], ["equal", "indexer"]);

  assert.equal(prove({ ...params, event: null, indexed: { ...truth, value: 0n } }).verdict, "unequal");
});

test("a lane changed by two moves the result by twice its weight", () => {
  const proof = prove(params);

  assert.deepEqual(tryOut(proof, { lane: 1, change: 2 }, PERIODS), {
    before: 2,
    after: 4,
    computed: VALUE + 4n,
    isEqual: false,
  });
});

test("a lane without weight changes nothing, and no lane leaves int16", () => {
  const proof = prove(params);

  assert.equal(tryOut(proof, { lane: 3, change: 1_000 }, PERIODS).isEqual, true);
  assert.equal(tryOut(proof, { lane: 1, change: 10 ** 9 }, PERIODS).after, 32_767);
  assert.equal(tryOut(proof, { lane: 1, change: -(10 ** 9) }, PERIODS).after, -32_768);
});

test("code that is no model is refused by name", () => {
  assert.throws(() => openModel("0x1234"), /Model length is 2/);
});
