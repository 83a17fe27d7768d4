import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import { useApp } from "../../app-context.tsx";
import { type Head, headsSubscription } from "../../data/heads.ts";
import { LIVE } from "../../data/live.ts";
import { readHeight } from "../../data/rpc.ts";
import { type Freshness, freshness, type Look } from "./model.ts";

const REFRESH_MS = 300; // a replay at full speed announces more blocks than a person can read
const LOOK_MS = 5_000;

type NetworkStatus = { isConnected: boolean | undefined; heads: readonly Head[] };

const Context = createContext<NetworkStatus>({ isConnected: undefined, heads: [] });

/** One subscription to the indexer's heads; each announcement refreshes what the page shows, not more often than REFRESH_MS. */
export const NetworkStatusProvider = ({ children }: { children: ReactNode }) => {
  const { graphql } = useApp();
  const queries = useQueryClient();
  const [status, setStatus] = useState<NetworkStatus>({ isConnected: undefined, heads: [] });
  const newest = useRef<readonly Head[]>([]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      timer = undefined;
      setStatus({ isConnected: true, heads: newest.current });
      void queries.invalidateQueries({ queryKey: [LIVE] }, { cancelRefetch: false });
    };
    const stop = graphql.subscribe(headsSubscription, {
      next: ({ heads }) => {
        newest.current = heads;
        timer ??= setTimeout(refresh, REFRESH_MS);
      },
      connected: (isConnected) => setStatus((before) => ({ ...before, isConnected })),
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [graphql, queries]);

  return <Context value={status}>{children}</Context>;
};

export const useConnected = (): boolean | undefined => useContext(Context).isConnected;

export const useHeads = (): readonly Head[] => useContext(Context).heads;

export const useHead = (chain: number): Head | undefined =>
  useContext(Context).heads.find((head) => head.chain === chain);

/** The chain's clock: the time of the newest block the page knows. */
export const useChainNow = (chain: number): bigint | undefined => useHead(chain)?.timestamp;

/** Compares the indexer's head with the chain's own. */
export const useFreshness = (chain: number, rpc: string): Freshness => {
  const head = useHead(chain);
  const previous = useRef<Look | undefined>(undefined);
  const indexed = useRef<number | undefined>(undefined);
  indexed.current = head?.height;

  const { data } = useQuery({
    queryKey: ["freshness", chain],
    refetchInterval: LOOK_MS,
    retry: false,
    queryFn: async ({ signal }) => {
      const chainHeight = await readHeight(rpc, signal);
      if (indexed.current === undefined) return { kind: "live" as const };
      const look = { chainHeight, indexedHeight: indexed.current };
      const result = freshness(previous.current, look);
      previous.current = look;
      return result;
    },
  });
  return data ?? { kind: "live" };
};
