import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useApp } from "../../app-context.tsx";
import { LIVE } from "../../data/live.ts";
import { extendSeries } from "../../data/series.ts";
import { type Feed, feedRequest, type Outlook, outlooksRequest, type Round, roundRequest } from "../../data/signals.ts";
import type { FoundFeed } from "../../links.ts";
import { prove } from "./model.ts";

const REORG_ROUNDS = 5;

const idOf = ({ chain, market }: FoundFeed): string => `${chain.id}-${market.feed}`;

export const useFeed = (found: FoundFeed) => {
  const { graphql } = useApp();
  const id = idOf(found);
  return useQuery({
    queryKey: [LIVE, "feed", id],
    queryFn: ({ signal }) => graphql.fetch(feedRequest(id), signal),
    select: ({ feed }) => feed,
  });
};

export const useRound = (found: FoundFeed, round: number | undefined) => {
  const { graphql } = useApp();
  const id = `${idOf(found)}-${round}`;
  return useQuery({
    queryKey: [LIVE, "round", idOf(found), round],
    enabled: round !== undefined && round > 0,
    placeholderData: keepPreviousData, // following the newest round: no flicker between two
    gcTime: 30_000,
    queryFn: ({ signal }) => graphql.fetch(roundRequest(id), signal),
  });
};

/** All forecasts with what happened; outcomes arrive `horizon` rounds late, so that far back is read again. */
export const useOutlooks = (found: FoundFeed, horizon: number | undefined) => {
  const { graphql } = useApp();
  const queries = useQueryClient();
  const id = idOf(found);
  const queryKey = [LIVE, "outlooks", id];
  return useQuery({
    queryKey,
    enabled: horizon !== undefined,
    queryFn: ({ signal }) =>
      extendSeries(queries.getQueryData<Outlook[]>(queryKey) ?? [], (horizon ?? 0) + REORG_ROUNDS, async (page) => {
        const { rounds } = await graphql.fetch(outlooksRequest({ id, ...page }), signal);
        return rounds;
      }),
  });
};

/** Reads the model's code from the chain, once, and runs it on the round's features. */
export const useProof = ({ chain }: FoundFeed, feed: Feed | undefined, round: Round | undefined) => {
  const registry = chain.deployment.contracts.modelRegistry;
  const namedModel = round?.model.modelId;
  const {
    data: blob,
    error,
    refetch,
  } = useQuery({
    queryKey: ["model-blob", chain.id, namedModel],
    enabled: namedModel !== undefined,
    queryFn: async () =>
      (await import("../../data/chain-reads.ts")).readModelBlob({
        rpc: chain.rpc,
        registry,
        modelId: namedModel ?? "0x",
      }),
  });
  const proof =
    blob && feed && round
      ? prove({
          blob,
          namedModel: round.model.modelId,
          features: round.features,
          periodsPerYear: feed.market.periodsPerYear,
          chain: round.value,
        })
      : undefined;
  return { proof, blob, error, retry: () => void refetch() };
};
