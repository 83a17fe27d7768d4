// Bit-exact steps are in test/vectors; here is what the numbers mean.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  alphaQ32,
  emptyFeatureState,
  featureLanes,
  featureSets,
  packLanes,
  packWords,
  stepFeatures,
  unpackLanes,
} from "./features.ts";

const ALPHAS = [1_500, 4_000, 12_000, 40_000, 2_000, 10_000].map(alphaQ32);
const UNIT = 10n ** 8n;

const candle = (low: number, high: number, close: number) => ({
  start: 0n,
  end: 86_400n,
  open: BigInt(low) * UNIT,
  high: BigInt(high) * UNIT,
  low: BigInt(low) * UNIT,
  close: BigInt(close) * UNIT,
});

const near = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`);

describe("alphaQ32", () => {
  it("is 1 − 2^(−1/h) as a float would have it", () => {
    for (const halfLife of [0.1, 1, 1.5, 40, 720, 50_000]) {
      near(Number(alphaQ32(halfLife * 1000)) / 2 ** 32, 1 - 2 ** (-1 / halfLife), 1e-9);
    }
    assert.equal(alphaQ32(1000), 2n ** 31n);
  });

  it("refuses half-lives that are not whole thousandths above zero", () => {
    for (const halfLife of [0, -1, 1.5, Number.NaN]) assert.throws(() => alphaQ32(halfLife), RangeError);
  });
});

describe("feature state", () => {
  it("starts range words at the first candle's Parkinson variance and drift at zero", () => {
    const { words, index, closedAt } = stepFeatures(emptyFeatureState(), candle(100, 102, 101), ALPHAS);
    const parkinson = Math.log(102 / 100) ** 2 / (4 * Math.log(2));

    for (const word of words.slice(0, 4)) near(Number(word) / 2 ** 48, parkinson, 1e-12);
    assert.deepEqual(words.slice(4), [0n, 0n]);
    assert.deepEqual({ index, closedAt }, { index: 1, closedAt: 86_400n });
  });

  it("halves the distance to the input in one half-life", () => {
    const alphas = new Array<bigint>(6).fill(alphaQ32(1000));
    const first = stepFeatures(emptyFeatureState(), candle(100, 102, 101), alphas);
    const [wide] = stepFeatures(emptyFeatureState(), candle(90, 110, 101), alphas).words;
    const second = stepFeatures(first, candle(90, 110, 101), alphas);

    assert.equal(second.words[0], ((first.words[0] ?? 0n) + (wide ?? 0n)) >> 1n);
  });

  it("moves drift by the natural log return", () => {
    const first = stepFeatures(emptyFeatureState(), candle(100, 102, 100), ALPHAS);
    const { words } = stepFeatures(first, candle(100, 112, 110), ALPHAS);

    near(Number(words[4]) / 2 ** 40, Math.log(1.1) * (1 - 2 ** -0.5), 1e-9);
    near(Number(words[5]) / 2 ** 40, Math.log(1.1) * (1 - 2 ** -0.1), 1e-9);
  });

  it("does not touch the state it steps from", () => {
    const state = emptyFeatureState();
    stepFeatures(state, candle(100, 102, 100), ALPHAS);
    assert.deepEqual(state, emptyFeatureState());
  });

  it("wants one smoothing factor per word", () => {
    assert.throws(() => stepFeatures(emptyFeatureState(), candle(1, 1, 1), ALPHAS.slice(1)), RangeError);
  });
});

describe("feature lanes", () => {
  it("are log2 of volatility and drift over volatility, scaled by 1024", () => {
    const first = stepFeatures(emptyFeatureState(), candle(100, 102, 100), ALPHAS);
    const state = stepFeatures(first, candle(97, 102, 98), ALPHAS);
    const lanes = featureLanes(state);
    const scale = featureSets[1]?.lanes[0]?.scale ?? 0;

    near((lanes[0] ?? 0) / scale, Math.log2(Math.sqrt(Number(state.words[0]) / 2 ** 48)), 0.001);
    const volatility = Math.sqrt(Number(state.words[2]) / 2 ** 48);
    near((lanes[4] ?? 0) / scale, Number(state.words[4]) / 2 ** 40 / volatility, 0.001);
  });

  it("are all zero before the first candle", () => {
    assert.deepEqual(featureLanes(emptyFeatureState()), [0, 0, 0, 0, 0, 0]);
  });

  it("are as many as the feature set names", () => {
    const lanes = featureLanes(stepFeatures(emptyFeatureState(), candle(1, 1, 1), ALPHAS));
    assert.equal(lanes.length, featureSets[1]?.lanes.length);
  });

  it("pack to the left, sixteen bits each, and unpack again", () => {
    const packed = `0x${"0001ffff80007fff"}${"0".repeat(48)}` as const;
    assert.equal(packLanes([1, -1, -32_768, 32_767]), packed);
    assert.deepEqual(unpackLanes(packed, 5), [1, -1, -32_768, 32_767, 0]);
  });
});

describe("packWords", () => {
  it("puts five 48-bit words into a slot, the first leftmost", () => {
    assert.deepEqual(packWords([1n, 2n, 3n, 4n, 2n ** 48n - 1n, -1n]), [
      "0x000000000001000000000002000000000003000000000004ffffffffffff0000",
      `0xffffffffffff${"0".repeat(52)}`,
    ]);
  });
});
