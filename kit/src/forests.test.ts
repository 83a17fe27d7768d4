// Bit-exact vectors are in test/vectors; here is what a reader can check by hand, and every refusal.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { InputError } from "./errors.ts";
import type { Tree } from "./forests.ts";
import { decodeModel, encodeModel, evaluate, type ForestModel } from "./models.ts";

const LEAVES = [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n];

/** Every node asks lane 0 for more than 100. */
const tree = (leaves = LEAVES): Tree => ({
  nodes: Array.from({ length: leaves.length - 1 }, () => ({ lane: 0, threshold: 100 })),
  leaves,
});

const MODEL: ForestModel = {
  kind: "forest",
  featureSet: 1,
  period: 86_400,
  horizon: 5,
  minCandles: 160,
  closeToRange: 0n,
  bias: 7n,
  weights: [1n, 0n, 0n, 0n, 0n, 0n],
  depth: 3,
  trees: [tree(), tree()],
};

const BLOB = encodeModel(MODEL);

const patched = (byte: number, value: string) =>
  `${BLOB.slice(0, 2 + 2 * byte)}${value}${BLOB.slice(2 + 2 * byte + value.length)}` as `0x${string}`;

const refuses = (act: () => unknown, message: RegExp) =>
  assert.throws(act, (error) => error instanceof InputError && message.test(error.message));

describe("forests", () => {
  it("add 2^8 times a leaf of each tree to the linear output", () => {
    assert.equal(evaluate(MODEL, [100, 0, 0, 0, 0, 0]), 7n + 100n + 2n * 256n);
    assert.equal(evaluate(MODEL, [101, 0, 0, 0, 0, 0]), 7n + 101n + 2n * 8n * 256n);
  });

  it("lie behind the linear part, a tree after the other", () => {
    const node = "00640000";
    const leaves = LEAVES.map((leaf) => leaf.toString(16).padStart(8, "0")).join("");
    assert.equal(BLOB.slice(2 + 2 * 64), `03000002${`${node.repeat(7)}${leaves}`.repeat(2)}`);
    assert.deepEqual(decodeModel(BLOB), MODEL);
  });

  const malformed: [what: string, blob: `0x${string}`, message: RegExp][] = [
    ["depth 2", patched(64, "02"), /depth is 2: expected a whole number from 3 to 8/],
    ["a byte in the reserved field", patched(65, "01"), /reserved field of the forest is 1/],
    ["no tree", `${BLOB.slice(0, 2 + 2 * 66)}0000` as `0x${string}`, /tree count is 0/],
    ["no forest", BLOB.slice(0, 2 + 2 * 64) as `0x${string}`, /length is 64: expected at least 68/],
    ["a missing leaf", BLOB.slice(0, -8) as `0x${string}`, /length is 184: expected 188 bytes for 2 trees/],
    ["a trailing byte", `${BLOB}00`, /length is 189/],
    [
      "a lane that does not exist",
      patched(70, "0060"),
      /lane of node 1 of tree 0 is 6: expected a whole number from 0/,
    ],
    ["a bit position between lanes", patched(130, "0011"), /lane of node 1 of tree 1 is 1.0625/],
  ];
  for (const [what, blob, message] of malformed) {
    it(`are refused with a sentence: ${what}`, () => refuses(() => decodeModel(blob), message));
  }

  it("are not written from a model out of bounds", () => {
    const leaf = (value: bigint) => ({ ...MODEL, trees: [tree(LEAVES.with(3, value)), tree(LEAVES.with(3, value))] });
    assert.ok(encodeModel(leaf(2n ** 31n - 1n)));
    refuses(() => encodeModel(leaf(2n ** 31n)), /leaf 3 of tree 0 is 2147483648: expected an int32/);
    refuses(() => encodeModel(leaf(-(2n ** 31n))), /sum of the largest leaves is 1099511627776/);
    refuses(() => encodeModel({ ...MODEL, depth: 4 }), /node count of tree 0 is 7: expected 15/);
    refuses(() => encodeModel({ ...MODEL, trees: [tree(LEAVES.slice(1))] }), /node count of tree 0 is 6/);
    refuses(() => encodeModel({ ...MODEL, trees: Array.from({ length: 409 }, () => tree()) }), /length is 24608/);
  });
});
