import assert from "node:assert/strict";
import { test } from "node:test";
import { chainState, lagOf, newestOf } from "./chain-model.ts";

const indexed = { chain: 1, height: 100, hash: "0x", timestamp: 5_000n };
const at = (height: number, timestamp: bigint) => ({
  kind: "answering" as const,
  head: { height, timestamp },
  finalized: undefined,
});

test("lag is counted in blocks and in the chain's seconds, and never negative", () => {
  assert.deepEqual(lagOf({ height: 103, timestamp: 5_036n }, indexed), { blocks: 3, seconds: 36n });
  assert.deepEqual(lagOf({ height: 98, timestamp: 4_990n }, indexed), { blocks: 0, seconds: 0n });
  assert.deepEqual(lagOf({ height: 101, timestamp: 4_999n }, indexed), { blocks: 1, seconds: 0n });
});

test("an index that has seen a block since the node was asked knows the head better", () => {
  const node = { height: 99, timestamp: 4_980n };

  assert.equal(newestOf(node, indexed), indexed);
  assert.equal(newestOf(node, undefined), node);
  assert.equal(newestOf({ ...node, height: 101 }, indexed).height, 101);
});

test("twenty blocks behind is the nature of a fast chain, one more is not", () => {
  assert.equal(chainState(1, at(120, 5_100n), [indexed]), "well");
  assert.equal(chainState(1, at(121, 5_100n), [indexed]), "behind");
});

test("what is wrong with the node goes before what is wrong with the index", () => {
  assert.equal(chainState(1, { kind: "unreachable" }, undefined), "unreachable");
  assert.equal(chainState(1, { kind: "wrong-chain", id: 5 }, [indexed]), "wrong-chain");
  assert.equal(chainState(2, at(5, 5n), [indexed]), "unindexed");
});

test("a chain is not called unindexed before the index has said what it has, nor well before its node has", () => {
  assert.equal(chainState(1, at(5, 5n), undefined), undefined);
  assert.equal(chainState(1, undefined, [indexed]), undefined);
});
