import { type FeatureLane, featureSets, unpackLanes } from "@aibot/kit/features";
import type { Hex } from "viem";

/** One feature with the int16 a round saw. */
export type LaneReading = FeatureLane & { value: number };

/** The lanes a round saw, named by its feature set: known from its event alone, whatever became of the model. */
export const readLanes = (featureSet: number, features: Hex): LaneReading[] => {
  const lanes = featureSets[featureSet]?.lanes ?? [];
  const values = unpackLanes(features, lanes.length);
  return lanes.map((lane, k) => ({ ...lane, value: values[k] ?? 0 }));
};

/** log2Q32 of a volatility, for the lanes that are the logarithm of one. */
export const volatilityOfLane = ({ value, scale, meaning }: LaneReading): bigint | undefined =>
  meaning.startsWith("log2 of volatility") ? (BigInt(value) << 32n) / BigInt(scale) : undefined;
