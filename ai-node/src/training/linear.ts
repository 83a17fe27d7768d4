// The linear model: ridge regression around “volatility stays what it is”, rounded to the integers of the chain.
import type { Candle } from "@aibot/kit/candles";
import { InputError } from "@aibot/kit/errors";
import { featureSets, parkinsonQ48 } from "@aibot/kit/features";
import type { LinearModel, LinearPart } from "@aibot/kit/models";
import { fitLine, type Line, type Prior } from "../least-squares.ts";
import type { Sample } from "./samples.ts";

/** What a model says of itself besides its numbers. */
export type Terms = Omit<LinearPart, "bias" | "weights">;

export type LinearFit = { model: LinearModel; line: Line };

const Q22 = 2 ** 22;
const Q32 = 2 ** 32;
const NOISE = 0.3; // log2, of an outcome around a good forecast
const PRIOR_DEVIATION = 0.5; // of a weight around its prior

/**
 * “Volatility stays what it is”: the mean of the range lanes, drift without effect. As firm as Bayes' rule makes it:
 * noise² / deviation², over as many outcomes as do not overlap. Thousands of rows outvote it; a few hundred, in which the
 * slow lanes hardly move, cannot give those lanes weights that mean nothing.
 */
const priorOf = ({ rows, horizon, featureSet }: { rows: number; horizon: number; featureSet: number }): Prior => {
  const lanes = featureSets[featureSet]?.lanes ?? [];
  const ranges = lanes.filter(({ name }) => name.startsWith("range")).length;
  return {
    weights: lanes.map(({ name }) => (name.startsWith("range") ? 1 / ranges : 0)),
    strength: (NOISE / PRIOR_DEVIATION) ** 2 * (horizon / rows),
  };
};

export const fitLinear = (rows: Sample[], terms: Terms): LinearFit => {
  const line = fitLine(rows, priorOf({ ...terms, rows: rows.length }));
  const model: LinearModel = {
    kind: "linear",
    ...terms,
    bias: BigInt(Math.round(line.bias * Q32)),
    weights: line.weights.map((weight) => BigInt(Math.round(weight * Q22))),
  };
  return { model, line };
};

/**
 * log2 of close-to-close over Parkinson volatility, Q32: ½·log2 of the ratio of mean squared return to mean variance.
 * A return across a gap longer than `maxGap` seconds is none.
 */
export const fitCloseToRange = (candles: Candle[], maxGap = Number.POSITIVE_INFINITY): bigint => {
  let [moves, ranges] = [0, 0];
  for (const [k, candle] of candles.entries()) {
    const last = candles[k - 1];
    if (last === undefined || Number(candle.start - last.end) > maxGap) continue;
    moves += Math.log(Number(candle.close) / Number(last.close)) ** 2;
    ranges += Number(parkinsonQ48(candle)) / 2 ** 48;
  }
  const ratio = moves / ranges;
  if (!(ratio > 0 && Number.isFinite(ratio))) {
    throw new InputError("The training candles never move from close to close: give data of a market that trades.");
  }
  return BigInt(Math.round((Math.log2(ratio) / 2) * Q32));
};
