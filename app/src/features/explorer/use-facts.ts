import { useQueries, useQuery } from "@tanstack/react-query";
import { useApp } from "../../app-context.tsx";
import type { ChainConfig } from "../../config.ts";
import { type AddressActivity, addressActivityRequest } from "../../data/address-activity.ts";
import {
  type BlockFact,
  readAccount,
  readBalance,
  readBlock,
  readRefusal,
  readTransaction,
  type Transaction,
  type TransactionFact,
} from "../../data/facts.ts";
import { LIVE } from "../../data/live.ts";
import { tokensOf } from "./model.ts";

const FOLLOW_MS = 1_000;
const LIMIT = 20;

/** Followed until it is mined; what is mined stays as it is, but for a reorganisation, which a new visit shows. */
export const useTransaction = ({ id, rpc }: ChainConfig, hash: string) =>
  useQuery<TransactionFact>({
    queryKey: ["transaction", id, hash],
    refetchInterval: ({ state }) => (state.data?.kind === "mined" ? false : FOLLOW_MS),
    staleTime: 0,
    queryFn: ({ signal }) => readTransaction(hash, { rpc, signal }),
  });

export const useRefusal = ({ id, rpc }: ChainConfig, transaction: Transaction) =>
  useQuery({
    queryKey: ["refusal", id, transaction.hash],
    queryFn: async ({ signal }) => (await readRefusal(transaction, { rpc, signal })) ?? null,
  });

/** The newest block is followed, since it may get a successor. */
export const useBlock = ({ id, rpc }: ChainConfig, block: string) =>
  useQuery<BlockFact | null>({
    queryKey: ["block", id, block],
    refetchInterval: ({ state }) => (state.data === null || state.data?.isNewest ? FOLLOW_MS : false),
    staleTime: 0,
    queryFn: async ({ signal }) => (await readBlock(block, { rpc, signal })) ?? null,
  });

export const useAccount = ({ id, rpc }: ChainConfig, address: string) =>
  useQuery({
    queryKey: [LIVE, "account", id, address],
    queryFn: ({ signal }) => readAccount(address, { rpc, signal }),
  });

export type Balance = { symbol: string; decimals: number; address: string; amount: bigint | undefined };

export const useBalances = (chain: ChainConfig, owner: string): Balance[] => {
  const tokens = tokensOf(chain);
  return useQueries({
    queries: tokens.map((token) => ({
      queryKey: [LIVE, "balance", chain.id, token.address, owner],
      queryFn: ({ signal }: { signal: AbortSignal }) => readBalance(token.address, owner, { rpc: chain.rpc, signal }),
    })),
    combine: (results) => tokens.map((token, index) => ({ ...token, amount: results[index]?.data })),
  });
};

export const useAddressActivity = (chain: ChainConfig, address: string) => {
  const { graphql } = useApp();
  return useQuery<AddressActivity>({
    queryKey: [LIVE, "address-activity", chain.id, address],
    queryFn: ({ signal }) => graphql.fetch(addressActivityRequest(chain.id, address, LIMIT), signal),
  });
};

/** The ABIs come with the first page that decodes something. */
export const useDecoder = () => {
  const { data } = useQuery({
    queryKey: ["decoder"],
    queryFn: async () => {
      const [decode, words] = await Promise.all([import("./decode.ts"), import("./event-words.ts")]);
      return { ...decode, ...words };
    },
    meta: { isStored: false },
  });
  return data;
};
