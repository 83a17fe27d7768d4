// Bit-exact vectors are in test/vectors; here is what a reader can check by hand, and every refusal.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { DenseLayer } from "./dense.ts";
import { InputError } from "./errors.ts";
import { type DenseModel, decodeModel, encodeModel, evaluate } from "./models.ts";

const HIDDEN: DenseLayer = { multiplier: 1, shift: 1, biases: [4, 0], weights: [[1], [-2]] };
const LAST: DenseLayer = {
  multiplier: 1_000,
  shift: 0,
  biases: [1, 2, 3],
  weights: Array.from({ length: 3 }, () => [1, 1]),
};

/** One unit that is lane 0 itself, from 0 to 127. */
const MODEL: DenseModel = {
  kind: "dense",
  featureSet: 1,
  period: 86_400,
  horizon: 5,
  minCandles: 160,
  closeToRange: 0n,
  bias: 7n,
  weights: [0n, 0n, 0n, 0n, 0n, 0n],
  unitScale: { multiplier: 2, shift: 1 },
  units: [{ lane: 0, slope: 1, bias: -(2 ** 15) }],
  layers: [HIDDEN, LAST],
};

const BLOB = encodeModel(MODEL);
const LENGTH = BLOB.length / 2 - 1; // 64 + 1 + (7 + 61) + (7 + 60) + (7 + 60)

const patched = (byte: number, value: string) =>
  `${BLOB.slice(0, 2 + 2 * byte)}${value}${BLOB.slice(2 + 2 * byte + value.length)}` as `0x${string}`;

const cut = (bytes: number) => BLOB.slice(0, 2 + 2 * bytes) as `0x${string}`;

const refuses = (act: () => unknown, message: RegExp) =>
  assert.throws(act, (error) => error instanceof InputError && message.test(error.message));

const output = (lane: number): bigint => evaluate(MODEL, [lane, 0, 0, 0, 0, 0]);

describe("dense networks", () => {
  it("clamp, scale and round halves up, then add up the last sums", () => {
    // hidden: (4 + x + 1) >> 1 and (−2x + 1) >> 1; last: three times their sum, plus 6
    assert.equal(output(10), 7n + 1_000n * (3n * 7n + 6n));
    assert.equal(output(11), 7n + 1_000n * (3n * 8n + 6n));
    assert.equal(output(-5), 7n + 1_000n * (3n * 2n + 6n));
    assert.equal(output(30_000), 7n + 1_000n * (3n * 66n + 6n));
  });

  it("lie behind the linear part as docs/formats.md says, and read back", () => {
    const zero = "800000";
    const units = `0001${"00000002"}01${"00"}${"000001"}${"000000".repeat(9)}${"7f8000"}${zero.repeat(9)}`;
    const hidden = `0002${"00000001"}01${"800004"}${zero.repeat(9)}${"818080"}${"7e8080"}${"808080".repeat(8)}`;
    const last = `0003${"000003e8"}00${"800001800002800003"}${zero.repeat(7)}${"818180".repeat(3)}${"808080".repeat(7)}`;
    assert.equal(BLOB.slice(2 + 2 * 64), `02${units}${hidden}${last}`);
    assert.deepEqual(decodeModel(BLOB), MODEL);
  });

  const malformed: [what: string, blob: `0x${string}`, message: RegExp][] = [
    ["no network", cut(64), /length is 64: expected at least 65/],
    ["no layers", patched(64, "00"), /layer count is 0: expected a whole number from 1 to 8/],
    ["half a header", cut(70), /length is 70: expected at least 72/],
    ["missing units", cut(132), /length is 132: expected at least 133/],
    ["missing weights", cut(LENGTH - 1), new RegExp(`length is ${LENGTH - 1}: expected at least ${LENGTH}`)],
    ["a trailing byte", `${BLOB}00`, new RegExp(`length is ${LENGTH + 1}: expected ${LENGTH} bytes for 2 layers`)],
    ["a layer without outputs", patched(133, "0000"), /width of layer 1 is 0/],
    ["513 outputs", patched(200, "0201"), /width of layer 2 is 513: expected a whole number from 1 to 512/],
    ["a shift of 41", patched(139, "29"), /shift of layer 1 is 41: expected a whole number from 1 to 40/],
    ["a multiplier above 2^shift", patched(135, "00000003"), /multiplier of layer 1 is 3: expected .* from 1 to 2/],
    ["a last layer with a shift", patched(206, "01"), /shift of layer 2 is 1: expected 0/],
    ["a lane that does not exist", patched(72, "60"), /lane of unit 0 is 6/],
    ["a slope of 128", patched(73, "000080"), /slope of unit 0 is 128/],
    [
      "a unit that could overflow",
      patched(103, "ffffff"),
      /largest sum of unit 0 is 8454142: expected less than 2\^23/,
    ],
    ["a sum that could overflow", patched(140, "000000"), /largest sum of output 0 of layer 1 is 8388735/],
    ["a weight where no input is", patched(171, "81"), /padding is not zero/],
    ["a bias where no output is", patched(164, "800001"), /padding is not zero/],
  ];
  for (const [what, blob, message] of malformed) {
    it(`are refused with a sentence: ${what}`, () => refuses(() => decodeModel(blob), message));
  }

  it("are not written from a model out of bounds", () => {
    const units = [
      ...Array.from({ length: 9 }, () => ({ lane: 1, slope: 0, bias: 0 })),
      { lane: 2, slope: 0, bias: 0 },
    ];
    refuses(() => encodeModel({ ...MODEL, units }), /lane of unit 9 is 2: expected 1, that of its ten/);
    refuses(() => encodeModel({ ...MODEL, layers: [] }), /layer count is 0/);
    const wrong = { ...HIDDEN, weights: [[1], [128]] };
    refuses(() => encodeModel({ ...MODEL, layers: [wrong, LAST] }), /weight 0 of output 1 of layer 1 is 128/);
    refuses(() => encodeModel({ ...MODEL, layers: [{ ...HIDDEN, biases: [1] }, LAST] }), /bias count of layer 1 is 1/);
    refuses(() => encodeModel({ ...MODEL, layers: [{ ...HIDDEN, weights: [[1, 1], [1]] }, LAST] }), /weight count of/);
    const loud = { ...LAST, multiplier: 2 ** 32 - 1 };
    refuses(() => encodeModel({ ...MODEL, layers: [HIDDEN, loud] }), /largest sum of the outputs is 3298534882560/);
  });
});
