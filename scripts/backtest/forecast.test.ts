import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { halfLives } from "@aibot/kit/calendars";
import type { Candle } from "@aibot/kit/candles";
import { alphaQ32, emptyFeatureState, featureLanes, stepFeatures } from "@aibot/kit/features";
import { decodeModel, evaluate } from "@aibot/kit/models";
import { loadMarket } from "../start/market.ts";
import { minHistory, trainModel } from "../start/model.ts";
import { scoreForecasts } from "./forecast.ts";

const DAY = 86_400;

describe("scores of forecasts", () => {
  // Ranges of 1 and 2 per cent in turn: the mean variance of two candles never changes.
  const candles = Array.from({ length: 60 }, (_, day): Candle => {
    const start = BigInt(day * DAY);
    const high = day % 2 === 0 ? 10_100_000_000n : 10_200_000_000n;
    return { start, end: start + BigInt(DAY), open: high, high, low: 10_000_000_000n, close: high };
  });
  const parkinson = (range: number) => Math.log(range) ** 2 / (4 * Math.log(2));
  const truth = Math.log2((parkinson(1.01) + parkinson(1.02)) / 2) / 2;
  const scored = (error: number) =>
    scoreForecasts({ candles, first: 50, warmUp: 1, horizon: 2, forecasts: Array(10).fill(truth + error) });

  it("count only rounds whose outcome is known", () => {
    assert.equal(scored(0).rounds, 8); // the last two look beyond the data
  });

  it("give a perfect forecast a QLIKE of zero, and one of half the variance 2 − ln 2 − 1", () => {
    assert.ok(Math.abs(scored(0).signal.qlike) < 1e-9);
    assert.ok(Math.abs(scored(-0.5).signal.qlike - (1 - Math.log(2))) < 1e-6);
  });

  it("agree with those of training on the same data", () => {
    const data = loadMarket({ data: { kind: "default" }, period: DAY, from: undefined, minHistory: minHistory(DAY) });
    const { blob, report } = trainModel(data);
    const model = decodeModel(blob);
    const alphas = halfLives(DAY).map((halfLife) => alphaQ32(Math.round(halfLife * 1000)));
    let state = emptyFeatureState();
    const outputs = data.candles.map((candle) => {
      state = stepFeatures(state, candle, alphas);
      return Number(evaluate(model, featureLanes(state))) / 2 ** 32;
    });

    // Training's test rows begin with the last candle before the first one played.
    const first = data.first - 1;
    const scores = scoreForecasts({
      ...{ candles: data.candles, first, warmUp: model.minCandles, horizon: model.horizon },
      forecasts: outputs.slice(first),
    });

    assert.equal(scores.rounds, report.test.rows);
    const { model: fitted, har, naive } = report.rSquared ?? { model: 0, har: 0, naive: 0 };
    assert.ok(Math.abs(scores.signal.rSquared - fitted) < 1e-9);
    assert.ok(Math.abs(scores.lastWeek.rSquared - naive) < 1e-9);
    assert.ok(Math.abs(scores.har.rSquared - har) < 1e-3); // HAR here has not seen the last outcome
  });
});
