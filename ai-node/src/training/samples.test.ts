import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Candle } from "@aibot/kit/candles";
import { alphaQ32 } from "@aibot/kit/features";
import { collectSamples, harWindows, knownBy, type Sample, splitRows, warmUpCandles } from "./samples.ts";
import { syntheticCandles } from "./synthetic.ts";

const HOUR = 3_600;
const candles = syntheticCandles({ count: 400, period: HOUR, seed: 2 });
const HORIZON = 6;
const settings = {
  alphasQ32: [2, 5, 10, 20, 3, 12].map((periods) => alphaQ32(1_000 * periods)),
  featureSet: 1,
  horizon: HORIZON,
  minCandles: 80,
  harWindows: [1, 5, 22],
};
const rowsOf = (changed: Candle[], maxGap?: number) =>
  collectSamples({ ...settings, candles: changed, ...(maxGap === undefined ? {} : { maxGap }) });
const { samples } = rowsOf(candles);

/** Everything that a forecaster may look at. */
const known = ({ index, closedAt, lanes, inputs, naive, har }: Sample) => ({
  index,
  closedAt,
  lanes,
  inputs,
  naive,
  har,
});

const doubled = (candle: Candle): Candle => ({ ...candle, high: 2n * candle.high });

describe("rows of candles", () => {
  it("begin when the features are warm and end when no outcome is left", () => {
    assert.equal(samples[0]?.index, 80);
    assert.equal(samples.at(-1)?.index, 400 - HORIZON);
    assert.equal(samples.length, 400 - HORIZON - 80 + 1);
  });

  it("know nothing of the candles after them: changing those changes no feature of any earlier row", () => {
    for (const from of [81, 150, 250, 390]) {
      const later = rowsOf(candles.map((candle, k) => (k < from ? candle : doubled(candle)))).samples;
      const before = (all: Sample[]) => all.filter(({ index }) => index <= from).map(known);
      assert.deepEqual(before(later), before(samples), `from candle ${from}`);
      assert.notDeepEqual(later.map(known), samples.map(known));
    }
  });

  it("have an outcome of exactly the next candles", () => {
    const row = samples.find(({ index }) => index === 200) as Sample;
    const targetWith = (k: number) =>
      rowsOf(candles.map((candle, j) => (j === k ? doubled(candle) : candle))).samples.find(
        ({ index }) => index === 200,
      )?.target;
    assert.equal(targetWith(199), row.target); // the last one known
    assert.notEqual(targetWith(200), row.target);
    assert.notEqual(targetWith(200 + HORIZON - 1), row.target);
    assert.equal(targetWith(200 + HORIZON), row.target);
  });

  it("have ½·log2 of the mean Parkinson variance as outcome, and the same of the past as naive and HAR", () => {
    const row = samples.find(({ index }) => index === 200) as Sample;
    const volatility = (from: number, to: number) => {
      const variances = candles
        .slice(from, to)
        .map(({ high, low }) => Math.log(Number(high) / Number(low)) ** 2 / (4 * Math.log(2)));
      return Math.log2(variances.reduce((sum, one) => sum + one, 0) / variances.length) / 2;
    };
    const near = (actual: number | undefined, expected: number) => assert.ok(Math.abs((actual ?? 0) - expected) < 1e-6);
    near(row.target, volatility(200, 200 + HORIZON));
    near(row.naive, volatility(200 - HORIZON, 200));
    for (const [k, window] of settings.harWindows.entries()) near(row.har[k], volatility(200 - window, 200));
  });

  it("are left out when their outcome lies across a gap that stops publishing", () => {
    const gapped = candles.map((candle, k): Candle => {
      const shift = k < 300 ? 0n : BigInt(3 * HOUR);
      return { ...candle, start: candle.start + shift, end: candle.end + shift };
    });
    assert.equal(rowsOf(gapped, 3 * HOUR).acrossGaps, 0);
    const { samples: kept, acrossGaps } = rowsOf(gapped, 3 * HOUR - 1);
    assert.equal(acrossGaps, HORIZON);
    const left = samples.map(({ index }) => index).filter((index) => !kept.some((row) => row.index === index));
    assert.deepEqual(left, [295, 296, 297, 298, 299, 300]);
  });
});

describe("parts of rows", () => {
  it("leave the rows between them to neither: no early outcome was open when the first late row was made", () => {
    const { early, late } = splitRows(samples, 0.2);
    assert.equal(late.length, Math.floor(0.2 * samples.length));
    assert.equal(samples.length - early.length - late.length, HORIZON - 1);
    const lastKnown = Math.max(...early.map(({ knownAt }) => Number(knownAt)));
    assert.equal(lastKnown, Number(late[0]?.closedAt));
  });

  it("are those whose outcome was known by a time", () => {
    const time = samples[50]?.knownAt ?? 0n;
    assert.equal(knownBy(samples, time).length, 51);
    assert.equal(knownBy(samples, time - 1n).length, 50);
  });
});

describe("windows", () => {
  it("wait for four of the longest half-lives, whole or not", () => {
    assert.equal(warmUpCandles([2_000, 720_000].map(alphaQ32)), 2_880);
    assert.equal(warmUpCandles([1_600].map(alphaQ32)), 7);
  });

  it("of HAR are a day, a week and a month of the market", () => {
    assert.deepEqual(harWindows({ period: 24 * HOUR, calendar: "sessions" }), [1, 5, 22]);
    assert.deepEqual(harWindows({ period: 24 * HOUR, calendar: "continuous" }), [1, 7, 30]);
    assert.deepEqual(harWindows({ period: HOUR, calendar: "continuous" }), [24, 168, 720]);
    assert.deepEqual(harWindows({ period: HOUR, calendar: "sessions" }), [7, 33, 143]); // of six and a half hours
    assert.deepEqual(harWindows({ period: 7 * 24 * HOUR, calendar: "sessions" }), [1, 5, 22]);
  });
});
