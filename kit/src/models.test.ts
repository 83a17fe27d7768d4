import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { InputError } from "./errors.ts";
import { decodeModel, encodeModel, evaluate, type LinearModel, modelId } from "./models.ts";

const MODEL: LinearModel = {
  kind: "linear",
  featureSet: 1,
  period: 86_400,
  horizon: 5,
  minCandles: 160,
  closeToRange: -2n,
  bias: 3n,
  weights: [1n, -1n, 2n, 0n, 0n, 2n ** 31n - 1n],
};

const HEADER = "4959494d" + "01" + "01" + "0001" + "00015180" + "0005" + "00a0" + "06" + "00000000000000";
const CONSTANTS = "fffffffffffffffe" + "0000000000000003";
const WEIGHTS = "00000001" + "ffffffff" + "00000002" + "00000000" + "00000000" + "7fffffff";
const BLOB = `0x${HEADER}${CONSTANTS}${WEIGHTS}` as const;

const patched = (byte: number, value: string) =>
  `${BLOB.slice(0, 2 + 2 * byte)}${value}${BLOB.slice(2 + 2 * byte + value.length)}` as `0x${string}`;

describe("model blobs", () => {
  it("lay out every field as docs/formats.md says, and read back", () => {
    assert.equal(encodeModel(MODEL), BLOB);
    assert.deepEqual(decodeModel(BLOB), MODEL);
  });

  it("are named by their keccak256", () => {
    assert.equal(modelId("0x"), "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
  });

  const malformed: [what: string, blob: `0x${string}`, message: RegExp][] = [
    ["a foreign file", patched(0, "00"), /magic is 0x0059494d/],
    ["another version", patched(4, "02"), /version is 2/],
    ["another kind", patched(5, "07"), /kind is 7/],
    ["an unknown feature set", patched(6, "0009"), /feature set is 9: expected one of 1/],
    ["period zero", patched(8, "00000000"), /period is 0/],
    ["horizon zero", patched(12, "0000"), /horizon is 0/],
    ["horizon 256", patched(12, "0100"), /horizon is 256/],
    ["bytes in the reserved field", patched(17, "01"), /reserved field/],
    ["a missing weight", BLOB.slice(0, -8) as `0x${string}`, /length is 60: expected at least 64/],
    ["a trailing byte", `${BLOB}00`, /length is 65/],
    ["half a header", "0x4959494d", /length is 4/],
    ["a bias of 2^40", patched(32, "0000010000000000"), /bias is 1099511627776/],
    ["a closeToRange of -2^40", patched(24, "ffffff0000000000"), /closeToRange is -1099511627776/],
  ];
  for (const [what, blob, message] of malformed) {
    it(`are refused with a sentence: ${what}`, () => {
      assert.throws(
        () => decodeModel(blob),
        (error) => error instanceof InputError && message.test(error.message),
      );
    });
  }

  it("are not written from a model out of bounds", () => {
    assert.throws(() => encodeModel({ ...MODEL, weights: MODEL.weights.with(0, 2n ** 31n) }), /weight 0 is 2147483648/);
    assert.throws(() => encodeModel({ ...MODEL, weights: [1n] }), /input count is 1: expected 6/);
    assert.throws(() => encodeModel({ ...MODEL, minCandles: 65_536 }), /minCandles is 65536/);
  });
});

describe("evaluate", () => {
  it("adds bias and weighted lanes exactly", () => {
    assert.equal(evaluate(MODEL, [10, 20, -30, 9, 9, -32_768]), 3n + 10n - 20n - 60n - 32_768n * (2n ** 31n - 1n));
  });

  it("wants as many lanes as weights", () => {
    assert.throws(() => evaluate(MODEL, [1, 2]), InputError);
  });
});
