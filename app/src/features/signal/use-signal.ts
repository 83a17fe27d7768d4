import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useApp } from "../../app-context.tsx";
import type { VaultConfig } from "../../config.ts";
import { LIVE } from "../../data/live.ts";
import { extendSeries } from "../../data/series.ts";
import {
  feedRequest,
  type ModelRun,
  modelRunRequest,
  type Outlook,
  outlooksRequest,
  roundRequest,
} from "../../data/signals.ts";
import type { FoundFeed } from "../../links.ts";

const REORG_ROUNDS = 5;
const MOST_RUNS = 20; // models of one feed that are listed

const idOf = ({ chain, market }: FoundFeed): string => `${chain.id}-${market.feed}`;

export const useFeed = (found: FoundFeed) => {
  const { graphql } = useApp();
  const id = idOf(found);
  return useQuery({
    queryKey: [LIVE, "feed", id],
    queryFn: ({ signal }) => graphql.fetch(feedRequest(id, found.chain.id), signal),
  });
};

export const useRound = (found: FoundFeed, round: number | undefined) => {
  const { graphql } = useApp();
  return useQuery({
    queryKey: [LIVE, "round", idOf(found), round],
    enabled: round !== undefined && round > 0,
    placeholderData: keepPreviousData, // following the newest round: no flicker between two
    gcTime: 30_000,
    queryFn: ({ signal }) => graphql.fetch(roundRequest(idOf(found), round ?? 0), signal),
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

/** Which models computed this feed, oldest first, each from its first round on. Read again when the model changes. */
export const useModelRuns = (found: FoundFeed, model: string | undefined) => {
  const { graphql } = useApp();
  const id = idOf(found);
  return useQuery({
    queryKey: ["model-runs", id, model],
    meta: { isStored: true },
    enabled: model !== undefined,
    queryFn: async ({ signal }) => {
      const runs: ModelRun[] = [];
      while (runs.length < MOST_RUNS) {
        const last = runs.at(-1);
        const request = modelRunRequest(id, last?.round ?? 0, last?.model.modelId ?? "");
        const [next] = (await graphql.fetch(request, signal)).rounds;
        if (next === undefined) break;
        runs.push(next);
      }
      return runs;
    },
  });
};

/** The first vault that trades on this feed. */
export const readerOf = ({ chain, market }: FoundFeed): VaultConfig | undefined =>
  chain.deployment.vaults.find(({ positions }) => positions.some(({ feed }) => feed === market.feed));

/** How old a signal that vault takes, in seconds of the chain; undefined where nobody reads the feed. */
export const useMaxAge = (found: FoundFeed): bigint | undefined => {
  const { id, rpc } = found.chain;
  const mandate = readerOf(found)?.mandate;
  const { data } = useQuery({
    queryKey: ["max-signal-age", id, mandate],
    meta: { isStored: true },
    enabled: mandate !== undefined,
    queryFn: async () => {
      const { readLimits } = await import("../../data/chain-reads.ts");
      return (await readLimits({ rpc, mandate: mandate ?? "0x", positions: 0 })).maxSignalAge;
    },
  });
  return data === undefined ? undefined : BigInt(data);
};
