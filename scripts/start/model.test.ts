import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeModel } from "@aibot/kit/models";
import { loadMarket, type MarketData } from "./market.ts";
import { minHistory, trainModel } from "./model.ts";

const day = 86_400;
const spx = loadMarket({ data: { kind: "default" }, period: day, from: undefined, minHistory: minHistory(day) });

describe("the model of a run", () => {
  it("knows nothing of the candles that are played", () => {
    const changed: MarketData = {
      ...spx,
      candles: spx.candles.map((candle, index) =>
        index < spx.first ? candle : { ...candle, high: candle.high * 3n, close: candle.high },
      ),
    };

    assert.equal(trainModel(changed).blob, trainModel(spx).blob);
  });

  it("asks for four of the longest half-lives of seed, and names the market's period", () => {
    const { blob, seedCandles } = trainModel(spx);
    const model = decodeModel(blob);

    assert.equal(seedCandles, 160); // 4 · 40 sessions
    assert.deepEqual([model.period, model.horizon, model.minCandles], [day, 5, 160]);
  });

  it("beats HAR and the naive forecast out of sample", () => {
    const { rSquared } = trainModel(spx).report;

    assert.ok(rSquared && rSquared.model > rSquared.har && rSquared.har > rSquared.naive, JSON.stringify(rSquared));
  });

  it("trains on a history that ends now, as an exchange gives it", () => {
    const history = spx.candles.slice(0, minHistory(day));

    const { report } = trainModel({ ...spx, candles: history, first: history.length });

    assert.equal(report.train.rows, 201); // after candles 160 to 360: the outcome of 360 is known at 365
    assert.equal(report.rSquared, null);
  });
});
