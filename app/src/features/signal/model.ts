import { runOnce } from "@aibot/kit/engines/engine";
import { createWasmEngine } from "@aibot/kit/engines/wasm";
import { featureSets, unpackLanes } from "@aibot/kit/features";
import { decodeModel, type Model, modelId } from "@aibot/kit/models";
import { annualised } from "@aibot/kit/signals";
import type { Hex } from "viem";
import type { Outlook } from "../../data/signals.ts";

export type LaneRow = {
  name: string;
  meaning: string;
  lane: number; // the int16 the chain used
  scale: number; // units of the lane in one unit of the feature
  weight: bigint; // Q22
};

export type Proof = {
  model: Model;
  rows: LaneRow[];
  computed: bigint; // by this browser
  chain: bigint; // by the EVM
  isModelGenuine: boolean; // the blob hashes to the id the chain named
  isEqual: boolean;
};

export type ProofParams = { blob: Hex; namedModel: Hex; features: Hex; periodsPerYear: number; chain: bigint };

/** Runs the model the chain ran, on the features the chain used, in the chain's own integers. */
export const prove = ({ blob, namedModel, features, periodsPerYear, chain }: ProofParams): Proof => {
  const model = decodeModel(blob);
  const lanes = featureSets[model.featureSet]?.lanes ?? [];
  const values = unpackLanes(features, lanes.length);
  const computed = annualised(runOnce(createWasmEngine(model), values), model, periodsPerYear);
  const isModelGenuine = modelId(blob).toLowerCase() === namedModel.toLowerCase();
  return {
    model,
    rows: lanes.map(({ name, meaning, scale }, k) => ({
      name,
      meaning,
      scale,
      lane: values[k] ?? 0,
      weight: model.weights[k] ?? 0n,
    })),
    computed,
    chain,
    isModelGenuine,
    isEqual: isModelGenuine && computed === chain,
  };
};

/** What computed the forecast, in words. */
export const describeModel = (model: Model): string => {
  const linear = `linear, ${model.weights.length} inputs`;
  switch (model.kind) {
    case "linear":
      return linear;
    case "forest":
      return `${linear}, and a forest of ${model.trees.length} trees`;
    case "dense":
      return `${linear}, and a network of ${model.layers.length} layers`;
  }
};

export type Accuracy = { rounds: number; forecastErrorBps: number; naiveErrorBps: number };

/** Mean distance from what happened, of the forecast and of “the same as lately”, over the rounds whose outcome is known. */
export const accuracy = (outlooks: readonly Outlook[]): Accuracy | undefined => {
  let rounds = 0;
  let forecast = 0;
  let naive = 0;
  for (const { volatilityBps, realisedVolBps, naiveVolBps } of outlooks) {
    if (realisedVolBps === null || naiveVolBps === null) continue;
    rounds += 1;
    forecast += Math.abs(volatilityBps - realisedVolBps);
    naive += Math.abs(naiveVolBps - realisedVolBps);
  }
  if (rounds === 0) return undefined;
  return { rounds, forecastErrorBps: Math.round(forecast / rounds), naiveErrorBps: Math.round(naive / rounds) };
};

export const levelName = (level: number): string =>
  ({ 1: "EXECUTED", 2: "OPTIMISTIC", 4: "SCORED" })[level] ?? `LEVEL ${level}`;
