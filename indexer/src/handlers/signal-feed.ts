// Models, feeds and rounds, and what a forecast turned out to be.
import { idText } from "@aibot/kit/ids";
import { realisedValue, volatilityBps } from "@aibot/kit/signals";
import type { Draft } from "../draft.ts";
import type { ModelRegistryEvent, Origin, SignalFeedEvent } from "../events.ts";
import type { RowTypes } from "../generated/rows.ts";

const modelKinds = ["None", "Linear", "Forest", "Dense"];
const largestInt = 2 ** 31 - 1;

/** Above 2^17 = 13,107,200 %/yr the column is full; a volatility like that only says that something is wrong. */
const columnBps = (value: bigint): number => (value >= 17n << 32n ? largestInt : Number(volatilityBps(value)));

/** Closes of candles `index − count` … `index`: `count` returns; undefined while there are fewer. */
const closesUpTo = (draft: Draft, market: string, index: number, count: number): bigint[] | undefined => {
  if (index <= count) return undefined;
  return Array.from({ length: count + 1 }, (_, k) => draft.get("Candle", `${market}-${index - count + k}`).close);
};

export const registerModel = (draft: Draft, origin: Origin, { args }: ModelRegistryEvent): void => {
  const id = `${origin.chain}-${args.modelId}`;
  draft.put("Model", {
    id,
    modelId: args.modelId,
    kind: modelKinds[args.kind] ?? `${args.kind}`,
    horizon: args.horizon,
    author: args.author.toLowerCase(),
    blob: args.blob.toLowerCase(),
    ...origin,
  });
};

type ArgsOf<Name extends SignalFeedEvent["eventName"]> = Extract<SignalFeedEvent, { eventName: Name }>["args"];

const createFeed = (draft: Draft, { chain }: Origin, args: ArgsOf<"FeedCreated">): void => {
  const feed = idText(args.feed);
  draft.put("Feed", {
    id: `${chain}-${feed}`,
    chain,
    feed,
    market: `${chain}-${idText(args.market)}`,
    model: `${chain}-${args.model}`,
    horizon: args.horizon,
    lastRound: 0,
    latest: null,
  });
};

const publishRound = (draft: Draft, origin: Origin, args: ArgsOf<"SignalPublished">): void => {
  const feed = draft.get("Feed", `${origin.chain}-${idText(args.feed)}`);
  const { periodsPerYear } = draft.get("Market", feed.market);
  const id = `${feed.id}-${args.round}`;
  const closes = closesUpTo(draft, feed.market, args.round, feed.horizon);
  draft.put("Round", {
    id,
    feed: feed.id,
    model: `${origin.chain}-${args.model}`,
    round: args.round,
    value: args.value,
    volatilityBps: columnBps(args.value),
    level: args.level,
    closedAt: BigInt(args.closedAt),
    features: args.features,
    realisedValue: null,
    realisedVolBps: null,
    naiveVolBps: closes === undefined ? null : columnBps(realisedValue(closes, periodsPerYear)),
    ...origin,
  });
  draft.put("Feed", { ...feed, lastRound: args.round, latest: id });
};

/** Completes the rounds whose last candle is the newest one of `market`. */
export const realise = (draft: Draft, market: RowTypes["Market"]): void => {
  for (const feed of draft.list("Feed").filter((one) => one.market === market.id)) {
    const round = draft.find("Round", `${feed.id}-${market.candleCount - feed.horizon}`);
    const closes = closesUpTo(draft, market.id, market.candleCount, feed.horizon);
    if (round === undefined || closes === undefined) continue;
    const value = realisedValue(closes, market.periodsPerYear);
    draft.put("Round", { ...round, realisedValue: value, realisedVolBps: columnBps(value) });
  }
};

export const applySignalFeed = (draft: Draft, origin: Origin, event: SignalFeedEvent): void => {
  switch (event.eventName) {
    case "FeedCreated":
      createFeed(draft, origin, event.args);
      break;
    case "ModelSwitched": {
      const feed = draft.get("Feed", `${origin.chain}-${idText(event.args.feed)}`);
      draft.put("Feed", { ...feed, model: `${origin.chain}-${event.args.model}` });
      break;
    }
    case "SignalPublished":
      publishRound(draft, origin, event.args);
      break;
  }
};
