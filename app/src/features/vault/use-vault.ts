import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useApp } from "../../app-context.tsx";
import { LIVE } from "../../data/live.ts";
import { pastsRequest, type Vault, vaultRequest, vaultsRequest, waitingRequest } from "../../data/vaults.ts";
import type { FoundVault } from "../../links.ts";

const WAITING_SHOWN = 3;

export const vaultIdOf = ({ chain, vault }: FoundVault): string => `${chain.id}-${vault.address.toLowerCase()}`;
export const mandateIdOf = ({ chain, vault }: FoundVault): string => `${chain.id}-${vault.mandate.toLowerCase()}`;

export const useVaults = () => {
  const { graphql } = useApp();
  return useQuery({
    queryKey: [LIVE, "vaults"],
    queryFn: ({ signal }) => graphql.fetch(vaultsRequest, signal),
    select: ({ vaults }) => vaults,
  });
};

/** Read again when a candle of any of `vaults` has closed: between two of them, the past stays the same. */
export const usePasts = (vaults: readonly Vault[] | undefined) => {
  const { graphql } = useApp();
  const closes = vaults?.map(({ positions }) => positions[0]?.market.candleCount ?? 0).join();
  return useQuery({
    queryKey: ["pasts", closes],
    enabled: closes !== undefined,
    placeholderData: keepPreviousData,
    gcTime: 10_000,
    queryFn: ({ signal }) => graphql.fetch(pastsRequest, signal),
    select: ({ vaults: pasts }) => pasts,
  });
};

export const useVault = (found: FoundVault) => {
  const { graphql } = useApp();
  const id = vaultIdOf(found);
  return useQuery({
    queryKey: [LIVE, "vault", id],
    queryFn: ({ signal }) => graphql.fetch(vaultRequest(id), signal),
    select: ({ vault }) => vault,
  });
};

export const useWaiting = (found: FoundVault) => {
  const { graphql } = useApp();
  const id = vaultIdOf(found);
  return useQuery({
    queryKey: [LIVE, "waiting", id],
    queryFn: ({ signal }) => graphql.fetch(waitingRequest(id, WAITING_SHOWN), signal),
    select: ({ waiting }) => waiting,
  });
};
