import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Candle } from "@aibot/kit/candles";
import { evaluate } from "@aibot/kit/models";
import { fitCloseToRange, fitLinear } from "./linear.ts";
import { createRandom } from "./random.ts";
import type { Sample } from "./samples.ts";

const HOUR = 3_600n;
const PRICE = 10n ** 12n;

/** One candle an hour, each with high over low of 1.02 and the given close. */
const candlesOf = (closes: bigint[]): Candle[] =>
  closes.map((close, k) => {
    const start = BigInt(k) * HOUR;
    return { start, end: start + HOUR, open: close, high: (close * 102n) / 100n, low: close, close };
  });

describe("close-to-close over range volatility", () => {
  // Closes that jump between 1 and 1.03: every return is ln 1.03, every variance (ln 1.02)² / (4 ln 2).
  const candles = candlesOf(Array.from({ length: 50 }, (_, k) => (k % 2 === 0 ? PRICE : (PRICE * 103n) / 100n)));
  const truth = Math.log2(Math.log(1.03) / (Math.log(1.02) / Math.sqrt(4 * Math.log(2))));

  it("is the ratio of what was moved to what ranges say, in log2", () => {
    assert.ok(Math.abs(Number(fitCloseToRange(candles)) / 2 ** 32 - truth) < 1e-6);
  });

  it("leaves out returns across gaps", () => {
    const gapped = candles.map((candle, k): Candle => {
      if (k < 25) return candle;
      const [start, end] = [candle.start + 9n * HOUR, candle.end + 9n * HOUR];
      return { ...candle, start, end, high: 5n * candle.high, low: 5n * candle.low, close: 5n * candle.close };
    });
    assert.ok(Math.abs(Number(fitCloseToRange(gapped, 8 * 3_600)) / 2 ** 32 - truth) < 1e-6);
    assert.ok(Number(fitCloseToRange(gapped, 9 * 3_600)) / 2 ** 32 > truth + 1);
  });
});

describe("the linear model", () => {
  const terms = { featureSet: 1, period: 3_600, horizon: 1, minCandles: 0, closeToRange: 7n };
  const rowOf = (lanes: number[], target: number): Sample => ({
    ...{ lanes, inputs: lanes.map((lane) => lane / 1_024), target },
    ...{ index: 0, closedAt: 0n, knownAt: 0n, naive: 0, har: [] },
  });

  it("says that volatility stays what it is where rows determine nothing", () => {
    const rows = Array.from({ length: 20 }, () => rowOf([-5_000, -5_000, -5_000, -5_000, 0, 0], -5));
    const { weights } = fitLinear(rows, terms).model;
    assert.deepEqual(
      weights.map((weight) => Number(weight) / 2 ** 22),
      [0.25, 0.25, 0.25, 0.25, 0, 0],
    );
  });

  it("is the line behind the rows, in the chain's integers", () => {
    const random = createRandom(2);
    const weights = [0.5, 0.25, -0.125, 0.375, 0.0625, -0.03125];
    const rows = Array.from({ length: 5_000 }, (): Sample => {
      const lanes = weights.map(() => random.below(8_192) - 6_000);
      const inputs = lanes.map((lane) => lane / 1_024);
      const target = inputs.reduce((sum, input, k) => sum + input * (weights[k] ?? 0), -1.5);
      return rowOf(lanes, target);
    });

    const { model } = fitLinear(rows, terms);

    for (const [k, weight] of model.weights.entries())
      assert.ok(Math.abs(Number(weight) / 2 ** 22 - (weights[k] ?? 0)) < 1e-3, `weight ${k}`); // the prior pulls a little
    for (const { lanes, target } of rows.slice(0, 100))
      assert.ok(Math.abs(Number(evaluate(model, lanes)) / 2 ** 32 - target) < 1e-3);
    assert.equal(model.closeToRange, 7n);
  });
});
