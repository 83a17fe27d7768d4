// A small past for the fixture: real S&P 500 days, features and forecasts by kit, a vault that follows them.
import { readFileSync } from "node:fs";
import { type Candle, parseCandlesCsv } from "@aibot/kit/candles";
import { alphaQ32, emptyFeatureState, featureLanes, packLanes, stepFeatures } from "@aibot/kit/features";
import { encodeModel, evaluate, type LinearModel, modelId } from "@aibot/kit/models";
import { annualised, realisedValue, volatilityBps } from "@aibot/kit/signals";
import type { Hex } from "viem";

const CSV = new URL("../../node_modules/vega-datasets/data/sp500-2000.csv", import.meta.url);
const SEEDED = 200;
const ROUNDS = 420;
const FROM = Date.UTC(2007, 8, 1) / 1000;
const PERIODS_PER_YEAR = 252;
const HALF_LIVES = [1_500, 4_000, 12_000, 40_000, 2_000, 10_000]; // thousandths of a session

const q22 = (value: number): bigint => BigInt(Math.round(value * 2 ** 22));

const model: LinearModel = {
  kind: "linear",
  featureSet: 1,
  period: 86_400,
  horizon: 5,
  minCandles: 160,
  closeToRange: 700_000_000n,
  bias: 0n,
  weights: [q22(0.2), q22(0.3), q22(0.3), q22(0.2), q22(-0.02), q22(-0.03)],
};
export const blob: Hex = encodeModel(model);
export const namedModel: Hex = modelId(blob);

export type StoryRound = {
  round: number;
  value: bigint;
  volatilityBps: number;
  features: Hex;
  closedAt: bigint;
  realisedValue: bigint | null;
  realisedVolBps: number | null;
  naiveVolBps: number | null;
  price: bigint;
  navPerShare: bigint;
  weightBps: number;
  targetWeightBps: number;
  traded: bigint; // 1e18 token units
};

const outcomeOf = (closes: bigint[]): bigint | null =>
  closes.length === model.horizon + 1 ? realisedValue(closes, PERIODS_PER_YEAR) : null;

const bpsOf = (value: bigint | null): number | null => (value === null ? null : Number(volatilityBps(value)));

const TARGET_VOL_BPS = 1_000;
const BAND_BPS = 1_000;
const CAP_BPS = 9_500;

const candlesOf = (): Candle[] => {
  const all = parseCandlesCsv({ text: readFileSync(CSV, "utf8"), name: "sp500-2000.csv", period: 86_400 });
  const first = all.findIndex(({ start }) => start >= BigInt(FROM));
  return all.slice(first - SEEDED, first + ROUNDS);
};

/** Rounds from the first candle after the seed on. */
export const tellStory = (): StoryRound[] => {
  const candles = candlesOf();
  const closes = candles.map(({ close }) => close);
  const alphas = HALF_LIVES.map(alphaQ32);
  let state = emptyFeatureState();
  let weight = 0;
  let nav = 1_000_000n;
  const rounds: StoryRound[] = [];
  for (const [index, candle] of candles.entries()) {
    state = stepFeatures(state, candle, alphas);
    if (index < SEEDED) continue;
    const previous = closes[index - 1] ?? candle.close;
    nav += (nav * BigInt(weight) * (candle.close - previous)) / (previous * 10_000n);
    const lanes = featureLanes(state);
    const value = annualised(evaluate(model, lanes), model, PERIODS_PER_YEAR);
    const forecast = Number(volatilityBps(value));
    const target = Math.min(CAP_BPS, Math.floor((TARGET_VOL_BPS * 10_000) / forecast));
    const outcome = outcomeOf(closes.slice(index, index + model.horizon + 1));
    const isDue = Math.abs(target - weight) > BAND_BPS;
    rounds.push({
      round: index + 1,
      value,
      volatilityBps: forecast,
      features: packLanes(lanes),
      closedAt: candle.end,
      realisedValue: outcome,
      realisedVolBps: bpsOf(outcome),
      naiveVolBps: bpsOf(outcomeOf(closes.slice(index - model.horizon, index + 1))),
      price: candle.close,
      navPerShare: nav,
      weightBps: weight,
      targetWeightBps: target,
      traded: isDue ? (BigInt(target - weight) * nav * 10n ** 18n) / (candle.close * 100n) : 0n,
    });
    if (isDue) weight = target;
  }
  return rounds;
};
