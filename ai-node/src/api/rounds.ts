// The newest round of a feed, with what anyone needs to compute it again.
import { featureSets } from "@aibot/kit/features";
import { volatilityBps } from "@aibot/kit/signals";
import type { z } from "zod";
import type { Verdict } from "../track.ts";
import { ApiError } from "./errors.ts";
import type { roundAnswer } from "./schemas.ts";
import type { ChainView } from "./sources.ts";

type RoundAnswer = z.output<typeof roundAnswer>;

const candleOf = ({ candle }: Verdict): RoundAnswer["proof"]["candle"] => {
  if (candle === undefined) return null;
  const { start, end, open, high, low, close } = candle;
  return {
    ...{ start: Number(start), end: Number(end) },
    ...{ open: `${open}`, high: `${high}`, low: `${low}`, close: `${close}` },
  };
};

const proofOf = (verdict: Verdict): RoundAnswer["proof"] => {
  const { block, transaction, modelId, features, lanes, terms, reference, equal, differences } = verdict;
  const described = featureSets[terms?.featureSet ?? 0]?.lanes ?? [];
  return {
    ...{ block: `${block}`, transaction, modelId, features },
    lanes: described.map((one, k) => ({ ...one, lane: lanes[k] ?? 0 })),
    candle: candleOf(verdict),
    reference: reference === undefined ? null : `${reference}`,
    isEqual: equal,
    differences,
  };
};

export type LatestRoundParams = { views: ChainView[]; feed: string; chain: number | undefined };

export const latestRound = ({ views, feed, chain }: LatestRoundParams): RoundAnswer => {
  const chosen = views.filter((view) => chain === undefined || view.chain === chain);
  const found = chosen.flatMap((view) =>
    view.feeds.filter((one) => one.feed === feed).map((one) => ({ chain: view.chain, verdict: one.newest })),
  )[0];
  if (found === undefined) {
    const names = views.flatMap((view) => view.feeds.map((one) => `"${one.feed}" on chain ${view.chain}`));
    const where = chain === undefined ? "" : ` on chain ${chain}`;
    throw new ApiError("FEED_UNKNOWN", `There is no feed "${feed}"${where}: choose ${names.join(" or ")}.`);
  }
  const { verdict } = found;
  if (verdict === undefined) throw new ApiError("ROUND_UNKNOWN", `The feed "${feed}" has published no round yet.`);
  return {
    ...{ chain: found.chain, feed, round: verdict.round },
    ...{ value: `${verdict.chain}`, volatilityBps: `${volatilityBps(verdict.chain)}` },
    ...{ closedAt: Number(verdict.closedAt), level: verdict.level },
    proof: proofOf(verdict),
  };
};
