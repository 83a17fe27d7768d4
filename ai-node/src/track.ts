// The reference: follows one feed through a chain's events and computes every round again. Pure.
import { type Candle, isSameCandle } from "@aibot/kit/candles";
import { emptyFeatureState, type FeatureState, featureLanes, packLanes, stepFeatures } from "@aibot/kit/features";
import { evaluate, type Model } from "@aibot/kit/models";
import { annualised, level } from "@aibot/kit/signals";
import { type Address, type Hex, isAddressEqual } from "viem";
import type { LogOf, ProtocolLog } from "./protocol-logs.ts";

/** Who signed a candle, as found in the transaction that brought it. */
export type Evidence = {
  tx: Hex;
  signers: Address[];
  quorum: number;
  doubt: string | undefined; // why the report does not stand, as a clause
};

export type MarketTerms = { featureSet: number; alphasQ32: bigint[]; periodsPerYear: number; candleSource: Address };

export type Track = {
  feed: Hex;
  market: Hex;
  terms: MarketTerms | undefined; // undefined until the market exists
  modelId: Hex | undefined; // in force; undefined until the feed exists
  reported: { candle: Candle; evidence: Evidence | undefined } | undefined; // newest signed candle
  taken: { candle: Candle; evidence: Evidence | undefined } | undefined; // newest candle in the features
  features: FeatureState;
  doubt: string | undefined; // the first thing about the candles behind the features that could not be confirmed
};

/** One published round beside its reference. */
export type Verdict = {
  round: number;
  block: bigint;
  transaction: Hex;
  closedAt: bigint;
  level: number;
  features: Hex; // packed, as the chain published them
  modelId: Hex;
  model: Model | undefined;
  terms: MarketTerms | undefined;
  candle: Candle | undefined;
  evidence: Evidence | undefined; // undefined when signatures were not asked for, or the candle was seeded
  lanes: number[];
  reference: bigint | undefined; // undefined when it cannot be computed
  chain: bigint;
  differences: string[]; // clauses, empty when equal
  equal: boolean;
};

export type Sources = {
  models: ReadonlyMap<Hex, Model>; // those whose blob has been read and matches its id
  evidenceOf?: (log: LogOf<"CandleReported">) => Evidence | undefined;
};

export const createTrack = (feed: Hex, market: Hex): Track => ({
  feed,
  market,
  terms: undefined,
  modelId: undefined,
  reported: undefined,
  taken: undefined,
  features: emptyFeatureState(),
  doubt: undefined,
});

/** The track after one more event, and a verdict when the event published a round of its feed. */
export const follow = (track: Track, log: ProtocolLog, sources: Sources): { track: Track; verdict?: Verdict } => {
  switch (log.eventName) {
    case "SignersChanged":
      return { track }; // matters to evidence only
    case "MarketCreated":
      return { track: log.args.market === track.market ? openMarket(track, log) : track };
    case "CandleReported":
      return { track: log.args.market === track.market ? report(track, log, sources) : track };
    case "CandleSeeded":
    case "CandleClosed":
      return { track: log.args.market === track.market ? takeCandle(track, log) : track };
    case "FeedCreated":
    case "ModelSwitched":
      return { track: log.args.feed === track.feed ? { ...track, modelId: log.args.model } : track };
    case "SignalPublished":
      return log.args.feed === track.feed ? { track, verdict: judge(track, log, sources) } : { track };
  }
};

const openMarket = (track: Track, { args }: LogOf<"MarketCreated">): Track => ({
  ...track,
  terms: {
    featureSet: args.params.featureSet,
    alphasQ32: args.params.alphasQ32.map(BigInt),
    periodsPerYear: args.params.periodsPerYear,
    candleSource: args.params.candleSource,
  },
});

type CandleLog = LogOf<"CandleReported"> | LogOf<"CandleSeeded"> | LogOf<"CandleClosed">;

const candleOf = ({ args }: CandleLog): Candle => ({
  start: BigInt(args.start),
  end: BigInt(args.end),
  open: args.open,
  high: args.high,
  low: args.low,
  close: args.close,
});

const report = (track: Track, log: LogOf<"CandleReported">, { evidenceOf }: Sources): Track => {
  const isForeign = track.terms !== undefined && !isAddressEqual(log.address, track.terms.candleSource);
  return isForeign ? track : { ...track, reported: { candle: candleOf(log), evidence: evidenceOf?.(log) } };
};

const takeCandle = (track: Track, log: LogOf<"CandleSeeded"> | LogOf<"CandleClosed">): Track => {
  const candle = candleOf(log);
  const evidence = log.eventName === "CandleClosed" ? track.reported?.evidence : undefined;
  return {
    ...track,
    taken: { candle, evidence },
    features: track.terms === undefined ? track.features : stepFeatures(track.features, candle, track.terms.alphasQ32),
    doubt: track.doubt ?? candleDoubt(track, log, candle),
  };
};

const candleDoubt = (
  { terms, features, reported }: Track,
  { eventName, args: { index } }: LogOf<"CandleSeeded"> | LogOf<"CandleClosed">,
  candle: Candle,
): string | undefined => {
  if (terms === undefined) return `candle ${index} came before its market`;
  if (index !== features.index + 1) return `candle ${index} follows candle ${features.index}`;
  if (candle.start < features.closedAt) return `candle ${index} starts before candle ${features.index} ends`;
  if (eventName === "CandleSeeded") return undefined; // the governor's word, for anyone to check against the data
  if (reported === undefined || !isSameCandle(reported.candle, candle)) return `candle ${index} is not the signed one`;
  return reported.evidence?.doubt === undefined ? undefined : `candle ${index}: ${reported.evidence.doubt}`;
};

const judge = (track: Track, log: LogOf<"SignalPublished">, { models }: Sources): Verdict => {
  const { round, model: modelId, value: chain, closedAt, level: claimedLevel, features } = log.args;
  const model = models.get(modelId);
  const lanes = featureLanes(track.features);
  const reference =
    model === undefined || track.terms === undefined || model.weights.length !== lanes.length
      ? undefined
      : annualised(evaluate(model, lanes), model, track.terms.periodsPerYear);
  const differences = differencesOf({ track, log, model, lanes, reference });
  return {
    round,
    block: log.blockNumber,
    transaction: log.transactionHash,
    closedAt: BigInt(closedAt),
    level: claimedLevel,
    features,
    modelId,
    model,
    terms: track.terms,
    candle: track.taken?.candle,
    evidence: track.taken?.evidence,
    lanes,
    reference,
    chain,
    differences,
    equal: differences.length === 0,
  };
};

type Judged = {
  track: Track;
  log: LogOf<"SignalPublished">;
  model: Model | undefined;
  lanes: number[];
  reference: bigint | undefined;
};

const differencesOf = ({ track, log: { args }, model, lanes, reference }: Judged): string[] => {
  const { features, terms, modelId, doubt } = track;
  const claims: [isTrue: boolean, otherwise: string][] = [
    [doubt === undefined, doubt ?? ""],
    [args.round === features.index, `the round is ${args.round} and the newest candle ${features.index}`],
    [
      BigInt(args.closedAt) === features.closedAt,
      `closedAt is ${args.closedAt} and the candle ended ${features.closedAt}`,
    ],
    [args.level === level.executed, `the level is ${args.level} and not ${level.executed}`],
    [args.model === modelId, `the model is ${args.model} and ${modelId ?? "none"} is in force`],
    [model !== undefined, `the blob of model ${args.model} could not be read`],
    [model === undefined || model.featureSet === terms?.featureSet, "the model is of another feature set"],
    [model === undefined || features.index >= model.minCandles, `the model wants ${model?.minCandles} candles`],
    [args.features === packLanes(lanes), `the features are ${args.features} and the reference has ${packLanes(lanes)}`],
    [args.value === reference, `the value is ${args.value} and the reference has ${reference ?? "none"}`],
  ];
  return claims.filter(([isTrue]) => !isTrue).map(([, otherwise]) => otherwise);
};
