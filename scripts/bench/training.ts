// How long it takes to train: every kind of model chosen, fitted, frozen and walked forward on 33,000 hours.
import { halfLives, horizonOf, periodsPerYear } from "@aibot/kit/calendars";
import { alphaQ32 } from "@aibot/kit/features";
import { train } from "../../ai-node/src/train.ts";
import { kinds } from "../../ai-node/src/training/kinds.ts";
import { study } from "../../ai-node/src/training/study.ts";
import { syntheticCandles } from "../../ai-node/src/training/synthetic.ts";
import { figure, type Line } from "./line.ts";

const ROWS = 33_000; // as many as four years of a market that never closes
const TRAINED = 20_000;
const HOUR = 3_600;
const SEED = 2; // of a market on which trees and rounds are found worth while: 63 and 6

export const measureTraining = async (): Promise<Line[]> => {
  const candles = syntheticCandles({ count: ROWS, period: HOUR, seed: SEED });
  const params = {
    candles,
    trainUntil: candles[TRAINED]?.start ?? 0n,
    alphasQ32: halfLives(HOUR).map((halfLife) => alphaQ32(1_000 * halfLife)),
    period: HOUR,
    horizon: horizonOf(HOUR),
    periodsPerYear: periodsPerYear({ period: HOUR, calendar: "continuous" }),
    featureSet: 1,
  };
  const peer = { name: "a linear fit alone, both on 33,000 synthetic hours", value: secondsOf(() => train(params)) };
  const value = secondsOf(() => study({ ...params, kinds }));
  return [figure({ name: "train.seconds", value, unit: "s", peer })];
};

const secondsOf = (action: () => void): number => {
  const startedAt = performance.now();
  action();
  return Math.round(performance.now() - startedAt) / 1_000;
};
