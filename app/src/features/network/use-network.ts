import { type QueryClient, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useApp } from "../../app-context.tsx";
import type { ChainConfig } from "../../config.ts";
import { type ChainLook, lookAtChain, readSending } from "../../data/chain-look.ts";
import { LIVE } from "../../data/live.ts";
import { type Market, type Network, networkRequest, type Publication, type SignerSet } from "../../data/network.ts";
import type { Observation } from "../../data/observations.ts";
import { readServices } from "../../data/services.ts";
import type { MarketView } from "./attention.ts";
import type { Sent } from "./keeper-model.ts";
import { sourceView } from "./market-model.ts";

// Intervals rest while the page is hidden.
const CHAIN_MS = 3_000;
const SERVICES_MS = 3_000;
const SOURCES_MS = 5_000;
const REPORTS_MS = 5_000;
const REPORTS = 12; // newest transactions with reports that are looked into

export const useNetwork = () => {
  const { graphql } = useApp();
  return useQuery({
    queryKey: [LIVE, "network"],
    queryFn: ({ signal }) => graphql.fetch(networkRequest, signal),
  });
};

export const useChainLooks = (chains: readonly ChainConfig[]): (ChainLook | undefined)[] =>
  useQueries({
    queries: chains.map(({ id, rpc }) => ({
      queryKey: ["chain-look", id],
      refetchInterval: CHAIN_MS,
      staleTime: 0,
      queryFn: ({ signal }: { signal: AbortSignal }) => lookAtChain({ id, rpc }, signal),
    })),
    combine: (looks) => looks.map(({ data }) => data),
  });

export const useServices = () =>
  useQuery({
    queryKey: ["services"],
    refetchInterval: SERVICES_MS,
    staleTime: 0,
    queryFn: ({ signal }) => readServices(signal),
  });

type AskedSource = { chain: ChainConfig; market: Market; address: `0x${string}` };

/** Sources whose reports the indexer does not see are asked themselves. */
const askedSources = (markets: readonly Market[], chains: readonly ChainConfig[]): AskedSource[] =>
  markets.flatMap((market) => {
    const chain = chains.find(({ id }) => id === market.chain);
    const asked = market.sources.filter(({ kind, price }) => kind !== "signed" && price === null);
    return chain === undefined ? [] : asked.map(({ address }) => ({ chain, market, address }));
  });

const observationKey = (market: string, address: string): string => `${market}-${address}`;

const useObservations = (asked: readonly AskedSource[]): ReadonlyMap<string, Observation | undefined> =>
  useQueries({
    queries: asked.map(({ chain, market, address }) => ({
      queryKey: ["observation", market.id, address],
      refetchInterval: SOURCES_MS,
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const { readObservation } = await import("../../data/observations.ts");
        const params = { rpc: chain.rpc, source: address, market: market.market };
        return { key: observationKey(market.id, address), said: await readObservation(params, signal) };
      },
    })),
    combine: (results) => new Map(results.flatMap(({ data }) => (data === undefined ? [] : [[data.key, data.said]]))),
  });

/** Markets with what each of their sources says, compared with the median. `nowOf` is the clock of each chain. */
export const useMarketViews = (
  markets: readonly Market[],
  nowOf: (chain: number) => bigint | undefined,
): MarketView[] => {
  const { config } = useApp();
  const said = useObservations(askedSources(markets, config.chains));
  return markets.map((market) => {
    const now = nowOf(market.chain);
    const views = market.sources.map((source) =>
      sourceView(source, market, { said: said.get(observationKey(market.id, source.address)), now }),
    );
    return { market, sources: views };
  });
};

type ReportsParams = { queries: QueryClient; chain: ChainConfig; source: `0x${string}`; signal: AbortSignal };

/** A transaction never changes what it carries: each is looked into once. */
const readReports = async ({ queries, chain, source, signal }: ReportsParams): Promise<string[][]> => {
  const { readReportSigners, readReportTransactions } = await import("../../data/report-signers.ts");
  const { rpc, id: chainId } = chain;
  const look = await lookAtChain(chain, signal);
  if (look.kind !== "answering") throw new Error("The chain's node does not answer.");
  const txs = await readReportTransactions({ rpc, source, head: look.head.height, limit: REPORTS }, signal);
  const reports = await Promise.all(
    txs.map((tx) =>
      queries.ensureQueryData({
        queryKey: ["report-signers", chainId, tx],
        queryFn: () => readReportSigners({ rpc, chainId, source, tx }, signal),
      }),
    ),
  );
  return reports.filter((signers) => signers.length > 0);
};

export const useReports = (chain: ChainConfig, { address }: SignerSet) => {
  const queries = useQueryClient();
  return useQuery({
    queryKey: ["reports", chain.id, address],
    refetchInterval: REPORTS_MS,
    staleTime: 0,
    queryFn: ({ signal }) => readReports({ queries, chain, source: address, signal }),
  });
};

const withWhat = (rows: readonly Publication[], what: Sent["what"]) => rows.map((row) => ({ ...row, what }));

export type Sendings = { sent: Sent[]; isUnreadable: boolean };

/** Who sent the newest rounds and fills; each transaction is asked for once. */
export const useSendings = ({ rounds, fills }: Pick<Network, "rounds" | "fills">): Sendings => {
  const { config } = useApp();
  const rows = [...withWhat(rounds, "published"), ...withWhat(fills, "filled")];
  return useQueries({
    queries: rows.map(({ chain, tx }) => ({
      queryKey: ["sending", chain, tx],
      refetchInterval: ({ state }: { state: { status: string } }) => (state.status === "error" ? REPORTS_MS : false),
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        readSending(config.chains.find(({ id }) => id === chain)?.rpc ?? "", tx, signal),
    })),
    combine: (results) => ({
      sent: rows.map((row, index) => ({ ...row, sending: results[index]?.data })),
      isUnreadable: results.length > 0 && results.every(({ status }) => status === "error"),
    }),
  });
};
