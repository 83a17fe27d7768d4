import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alphaQ32 } from "@aibot/kit/features";
import { decodeModel, evaluate } from "@aibot/kit/models";
import { rSquared } from "../least-squares.ts";
import { kinds } from "./kinds.ts";
import { reportOf } from "./report.ts";
import { collectSamples, warmUpCandles } from "./samples.ts";
import { leastTestRows, study } from "./study.ts";
import { syntheticCandles } from "./synthetic.ts";

const HOUR = 3_600;
const HORIZON = 6;
const halfLives = [2, 5, 12, 30, 3, 15];
const candles = syntheticCandles({ count: 3_000, period: HOUR, seed: 24 });
const TRAINED = 2_200;
const settings = {
  trainUntil: candles[TRAINED]?.start ?? 0n,
  alphasQ32: halfLives.map((periods) => alphaQ32(1_000 * periods)),
  period: HOUR,
  horizon: HORIZON,
  periodsPerYear: 8_760,
  featureSet: 1,
  kinds,
};
const studied = study({ ...settings, candles });

describe("a study", () => {
  it("gives the same model in every run", () => {
    assert.equal(study({ ...settings, candles }).modelId, studied.modelId);
  });

  it("chooses and fits without a glance at the test: other candles after the training end change neither", () => {
    const changed = candles.map((candle, k) => (k < TRAINED ? candle : { ...candle, high: 3n * candle.high }));
    const other = study({ ...settings, candles: changed });
    assert.equal(other.blob, studied.blob);
    assert.deepEqual(other.choice, studied.choice);
    assert.notDeepEqual(other.results?.frozen, studied.results?.frozen);
  });

  it("has something to choose from: trees and rounds were worth while", () => {
    assert.ok(studied.choice.efforts.trees > 0 && studied.choice.efforts.rounds > 0);
  });

  it("keeps outcomes that straddle the training end out of both parts", () => {
    const rows = candles.length - HORIZON - 720 + 1; // HAR's month is longer than the warm-up
    assert.equal(rows - studied.train.rows - studied.test.rows, HORIZON - 1);
  });

  it("scores what the decoded blob says, in integers", () => {
    const { samples } = collectSamples({
      ...{ candles, ...settings, minCandles: warmUpCandles(settings.alphasQ32), harWindows: [24, 168, 720] },
    });
    const model = decodeModel(studied.blob);
    const guesses = samples
      .filter(({ closedAt }) => closedAt >= settings.trainUntil)
      .map(({ lanes, target }) => ({ guess: Number(evaluate(model, lanes)) / 2 ** 32, target }));
    const score = studied.results?.frozen.kinds.find(({ kind }) => kind === studied.kind);
    assert.ok(Math.abs((score?.r2.value ?? 0) - rSquared(guesses)) < 1e-12);
  });

  it("finds every kind better than the past alone where volatility reverts to its mean, with little lost to int8", () => {
    const { frozen, expanding } = studied.results ?? assert.fail("no results");
    for (const { kinds: scores, naive } of [frozen, expanding]) {
      for (const { kind, r2, floatR2 } of scores) {
        assert.ok(r2.value > naive.r2.value, `${kind} ${r2.value}, naive ${naive.r2.value}`);
        assert.ok(Math.abs(r2.value - floatR2) < 0.003, `${kind} ${r2.value}, float ${floatR2}`);
      }
    }
  });

  it("refits a dozen times in the test rows, or as often as it is told", () => {
    assert.equal(studied.results?.expanding.refitEvery, Math.ceil(studied.test.rows / 12));
    const told = study({ ...settings, candles, kinds: ["linear"], refitEvery: 500 });
    assert.equal(told.results?.expanding.refitEvery, 500);
  });

  it("scores nothing on fewer test rows than two outcomes", () => {
    const least = leastTestRows(HORIZON);
    const upTo = (rows: number) =>
      study({ ...settings, kinds: ["linear"], candles: candles.slice(0, TRAINED + rows - 1 + HORIZON) });
    assert.deepEqual([upTo(least).test.rows, upTo(least).results === null], [least, false]);
    assert.deepEqual([upTo(least - 1).test.rows, upTo(least - 1).results], [least - 1, null]);
  });
});

describe("its report", () => {
  const { trainUntil, period, horizon, periodsPerYear } = settings;
  const report = reportOf({
    ...{ study: studied, market: "BTC/USD", candles, gas: 3_773 },
    settings: { trainUntil, period, horizon, periodsPerYear, halfLives },
  });

  it("begins with the frozen model's figures", () => {
    const { market, rows, trainRows, testRows, r2, modelId, gas } = report;
    const chosen = report.frozen?.kinds.find(({ kind }) => kind === report.kind);
    assert.deepEqual([market, rows, trainRows, testRows], ["BTC/USD", 3_000, studied.train.rows, studied.test.rows]);
    assert.deepEqual([modelId, gas], [studied.modelId, 3_773]);
    assert.deepEqual(r2, {
      ...{ model: chosen?.r2.value, har: report.frozen?.har.r2.value, naive: report.frozen?.naive.r2.value },
    });
  });

  it("is about the kind that was chosen", () => {
    const results = studied.results ?? assert.fail("no results");
    const scores = results.frozen.kinds.map((score, k) => ({ ...score, r2: { value: k, error: 0 } }));
    for (const [k, kind] of kinds.entries()) {
      const study = { ...studied, kind, results: { ...results, frozen: { ...results.frozen, kinds: scores } } };
      const settings = { trainUntil, period, horizon, periodsPerYear, halfLives };
      assert.equal(reportOf({ study, market: "x", candles, gas: undefined, settings }).r2.model, k);
    }
  });

  it("has six decimals and no bigint", () => {
    for (const number of JSON.stringify(report).match(/\d\.\d+/g) ?? []) assert.ok(number.length <= 8, number);
  });
});
