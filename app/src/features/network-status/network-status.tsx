import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import { useApp } from "../../app-context.tsx";
import { type Head, headsSubscription } from "../../data/heads.ts";
import { LIVE } from "../../data/live.ts";
import { readHeight } from "../../data/rpc.ts";
import { type Freshness, freshness, type IndexerState, indexerState, type Look } from "./model.ts";
import { createPace } from "./pace.ts";
import { createLiveQueries } from "./refresh-live.ts";
import { useLiveFailure, useOnline } from "./use-signs.ts";

const REFRESH_MS = 120; // a replay at full speed announces more blocks than a person can read
const LOOK_MS = 5_000;
const HEADS = [LIVE, "heads"]; // kept like all live data, so that old data can say how old it is

type NetworkStatus = { indexer: IndexerState; heads: readonly Head[] | undefined };

const Context = createContext<NetworkStatus>({ indexer: { kind: "connecting" }, heads: undefined });

/** One subscription to the indexer's heads: each announcement reads again what the page shows, at most every REFRESH_MS. */
const useHeadSubscription = () => {
  const { graphql } = useApp();
  const queries = useQueryClient();
  const [isConnected, setConnected] = useState<boolean | undefined>(undefined);
  const [heads, setHeads] = useState(() => queries.getQueryData<readonly Head[]>(HEADS));

  useEffect(() => {
    let newest: readonly Head[] | undefined;
    const live = createLiveQueries(queries);
    const show = () => {
      if (newest === undefined || document.hidden) return; // nobody looks; shown when somebody does
      setHeads(newest);
      queries.setQueryData(HEADS, newest);
      live.refresh();
    };
    const pace = createPace(REFRESH_MS, show);
    const stop = graphql.subscribe(headsSubscription, {
      next: (data) => {
        newest = data.heads;
        pace.request();
      },
      connected: setConnected,
    });
    const look = () => document.hidden || pace.request();
    const retry = setInterval(() => document.hidden || live.retry(), LOOK_MS);
    document.addEventListener("visibilitychange", look);
    window.addEventListener("online", live.retry);
    return () => {
      stop();
      pace.stop();
      clearInterval(retry);
      document.removeEventListener("visibilitychange", look);
      window.removeEventListener("online", live.retry);
    };
  }, [graphql, queries]);

  return { isConnected, heads };
};

/** Moves every page with the chain, and knows how old what they show is. */
export const NetworkStatusProvider = ({ children }: { children: ReactNode }) => {
  const { isConnected, heads } = useHeadSubscription();
  const isOnline = useOnline();
  const failure = useLiveFailure();
  const status = useMemo(
    () => ({ heads, indexer: indexerState({ isOnline, isConnected, failure }) }),
    [heads, isOnline, isConnected, failure],
  );
  return <Context value={status}>{children}</Context>;
};

export const useIndexerState = (): IndexerState => useContext(Context).indexer;

const isComing = ({ indexer, heads }: NetworkStatus): boolean =>
  heads === undefined && (indexer.kind === "connecting" || indexer.kind === "live");

/** Whether what the index has is about to be known. */
export const useAwaitsHeads = (): boolean => isComing(useContext(Context));

/** What the index has of each chain: nothing where it does not answer, undefined as long as it may yet do so. */
export const useHeads = (): readonly Head[] | undefined => {
  const status = useContext(Context);
  return isComing(status) ? undefined : (status.heads ?? []);
};

export const useHead = (chain: number): Head | undefined =>
  useContext(Context).heads?.find((head) => head.chain === chain);

/** The chain's clock: the time of the newest block the page knows. */
export const useChainNow = (chain: number): bigint | undefined => useHead(chain)?.timestamp;

/** Compares the indexer's head with the chain's own. */
export const useFreshness = (chain: number, rpc: string): Freshness => {
  const head = useHead(chain);
  const previous = useRef<Look | undefined>(undefined);
  const indexed = useRef<number | undefined>(undefined);
  indexed.current = head?.height;

  const { data, isError } = useQuery({
    queryKey: ["freshness", chain],
    refetchInterval: LOOK_MS,
    retry: 1,
    queryFn: async ({ signal }) => {
      const chainHeight = await readHeight(rpc, signal);
      if (indexed.current === undefined) return { kind: "live" as const };
      const look = { chainHeight, indexedHeight: indexed.current };
      const result = freshness(previous.current, look);
      previous.current = look;
      return result;
    },
  });
  return isError ? { kind: "unknown" } : (data ?? { kind: "live" });
};
