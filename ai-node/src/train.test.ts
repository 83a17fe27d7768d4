import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { type Candle, parseCandlesCsv } from "@aibot/kit/candles";
import { InputError } from "@aibot/kit/errors";
import { alphaQ32 } from "@aibot/kit/features";
import { encodeModel } from "@aibot/kit/models";
import { train } from "./train.ts";

const DAY = 86_400;
const csv = fileURLToPath(new URL("../data/sp500-2000.csv", import.meta.resolve("vega-datasets")));
const spx = parseCandlesCsv({ text: readFileSync(csv, "utf8"), name: "sp500-2000.csv", period: DAY });
const dateOf = (day: string) => BigInt(Date.parse(day) / 1000);

const settings = {
  trainUntil: dateOf("2007-01-01"),
  alphasQ32: [1_500, 4_000, 12_000, 40_000, 2_000, 10_000].map(alphaQ32),
  period: DAY,
  horizon: 5,
  periodsPerYear: 252,
  featureSet: 1,
};

describe("train on the S&P 500, 2000 to 2006", () => {
  const { model, report } = train({ ...settings, candles: spx });

  it("keeps 2007 to 2020 out of sample", () => {
    assert.equal(report.train.to, "2006-12-21"); // its five candles end with the year
    assert.equal(report.test.from, "2007-01-03");
    assert.equal(report.test.to, "2020-04-09");
    assert.equal(report.train.rows + report.test.rows + 5, spx.length - 159 - 5); // five windows straddle the year's end
  });

  it("beats HAR and last week out of sample with the chain's integers", () => {
    const { model: ours, har, naive } = report.rSquared ?? { model: 0, har: 0, naive: 0 };
    assert.ok(ours > 0.69 && ours < 0.7, `R² ${ours}`);
    assert.ok(har > 0.66 && har < 0.68, `HAR ${har}`);
    assert.ok(naive > 0.61 && naive < 0.63, `naive ${naive}`);
  });

  it("learns nothing from candles after the training end", () => {
    const early = spx.filter(({ end }) => end <= settings.trainUntil);
    assert.equal(encodeModel(train({ ...settings, candles: early }).model), encodeModel(model));
  });

  it("has no score to show without later candles", () => {
    const early = spx.filter(({ end }) => end <= settings.trainUntil);
    const { rSquared, test } = train({ ...settings, candles: early }).report;
    assert.deepEqual({ rSquared, rows: test.rows }, { rSquared: null, rows: 0 });
  });

  it("knows that closes move further than ranges alone say", () => {
    const ratio = 2 ** (Number(model.closeToRange) / 2 ** 32);
    assert.ok(ratio > 1.1 && ratio < 1.2, `ratio ${ratio}`);
  });

  it("waits for four of its longest half-lives", () => assert.equal(model.minCandles, 160));
});

describe("training refuses", () => {
  it("too few candles, with the numbers", () => {
    assert.throws(
      () => train({ ...settings, candles: spx.slice(0, 200) }),
      (error) =>
        error instanceof InputError && /^200 candles leave 36 training rows .* 140 are needed/.test(error.message),
    );
  });

  it("a market that never moves", () => {
    const still = spx.map((candle): Candle => ({ ...candle, open: 5n, high: 5n, low: 5n, close: 5n }));
    assert.throws(() => train({ ...settings, candles: still }), /never move from close to close/);
  });
});
