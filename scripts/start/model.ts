// The model of a run: trained on what lies before the first candle played, and nothing else.
import { halfLives, horizonOf } from "@aibot/kit/calendars";
import { alphaQ32 } from "@aibot/kit/features";
import { encodeModel } from "@aibot/kit/models";
import type { Hex } from "viem";
import { type TrainReport, train, warmUpCandles } from "../../ai-node/src/train.ts";
import { localParams } from "../../deploy/local-params.ts";
import type { MarketData } from "./market.ts";

const leastTrainingRows = 200;

const alphas = (period: number) => halfLives(period).map((halfLife) => alphaQ32(Math.round(halfLife * 1000)));

/** Candles that must lie before the first one played: warm-up, training rows and the outcome of the last of them. */
export const minHistory = (period: number): number => {
  const warmUp = warmUpCandles(alphas(period));
  return warmUp + Math.max(leastTrainingRows, warmUp) + horizonOf(period); // the slowest lane must have moved
};

export type RunModel = { blob: Hex; report: TrainReport; seedCandles: number };

export const trainModel = ({ candles, first, market }: MarketData): RunModel => {
  const { period } = market;
  const params = localParams({ chainId: 31_337, market, price: "1" }).market;
  const { model, report } = train({
    candles,
    trainUntil: candles[first - 1]?.end ?? 0n,
    alphasQ32: alphas(period),
    period,
    horizon: horizonOf(period),
    periodsPerYear: params.periodsPerYear,
    featureSet: params.featureSet,
  });
  return { blob: encodeModel(model), report, seedCandles: model.minCandles };
};
