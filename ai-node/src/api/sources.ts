// What the API tells about: models and rounds, as the followers of the chains see them at this moment.
import type { Model } from "@aibot/kit/models";
import type { Hex } from "viem";
import type { Verdict } from "../track.ts";

export type FeedView = {
  feed: string; // "SPX/USD vol"
  modelId: Hex | undefined; // in force; undefined before the feed exists
  periodsPerYear: number | undefined; // undefined before its market exists
  newest: Verdict | undefined; // undefined before its first round
};

/** One chain, read up to some block. */
export type ChainView = {
  chain: number;
  feeds: FeedView[];
  models: ReadonlyMap<Hex, Model>;
  doubts: ReadonlyMap<Hex, string>; // models with a round that differs from the reference
};

export type ServedModel = {
  id: Hex;
  model: Model;
  feeds: { chain: number; feed: string }[]; // where it is in force
  periodsPerYear: number | undefined; // of those feeds' market
  doubt: string | undefined;
};

/** Every model of every chain, once. */
export const servedModels = (views: ChainView[]): ServedModel[] => {
  const models = new Map(views.flatMap((view) => [...view.models]));
  return [...models].map(([id, model]) => {
    const using = views.flatMap(({ chain, feeds }) =>
      feeds.filter(({ modelId }) => modelId === id).map((feed) => ({ chain, ...feed })),
    );
    return {
      id,
      model,
      feeds: using.map(({ chain, feed }) => ({ chain, feed })),
      periodsPerYear: using.find(({ periodsPerYear }) => periodsPerYear !== undefined)?.periodsPerYear,
      doubt: views.map(({ doubts }) => doubts.get(id)).find((doubt) => doubt !== undefined),
    };
  });
};
