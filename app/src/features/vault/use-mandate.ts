import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useApp } from "../../app-context.tsx";
import { LIVE } from "../../data/live.ts";
import { aimsRequest } from "../../data/vault-series.ts";
import type { Vault } from "../../data/vaults.ts";
import type { FoundVault } from "../../links.ts";
import { mandateIdOf } from "./use-vault.ts";

/** Changes of a mandate are rare; the newest one that is indexed says when to read it again. */
const newestChange = (vault: Vault | undefined): string | undefined => vault && (vault.mandate.changes[0]?.id ?? "");

export const useAims = (found: FoundVault, vault: Vault | undefined) => {
  const { graphql } = useApp();
  const id = mandateIdOf(found);
  return useQuery({
    queryKey: ["aims", id, newestChange(vault)],
    meta: { isStored: true },
    enabled: vault !== undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => graphql.fetch(aimsRequest(id), signal),
    select: ({ aims }) => aims,
  });
};

export const useLimits = ({ chain, vault: { mandate, positions } }: FoundVault, vault: Vault | undefined) =>
  useQuery({
    queryKey: ["limits", chain.id, mandate, newestChange(vault)],
    meta: { isStored: true },
    enabled: vault !== undefined,
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const { readLimits } = await import("../../data/chain-reads.ts");
      return readLimits({ rpc: chain.rpc, mandate, positions: positions.length });
    },
  });

/** They fall with each fill and come back with time. */
export const useBudgetsLeft = ({ chain, vault }: FoundVault) =>
  useQuery({
    queryKey: [LIVE, "budgets", chain.id, vault.address],
    queryFn: async () => {
      const { readBudgetsLeft } = await import("../../data/chain-reads.ts");
      return readBudgetsLeft({ rpc: chain.rpc, mandate: vault.mandate, vault: vault.address });
    },
  });

/** Roles are granted rarely; they are read once a visit. */
export const useRoleHolders = ({ chain: { id, rpc, deployment } }: FoundVault) =>
  useQuery({
    queryKey: ["roles", id],
    meta: { isStored: true },
    queryFn: async () => {
      const { readRoleHolders } = await import("../../data/role-reads.ts");
      const { contracts, startBlock } = deployment;
      return readRoleHolders({ rpc, accessManager: contracts.accessManager, fromBlock: startBlock });
    },
  });

export const useTargetWeight = ({ chain, vault }: FoundVault, position: number, signal: bigint | undefined) =>
  useQuery({
    queryKey: ["target-weight", chain.id, vault.mandate, position, signal?.toString()],
    enabled: signal !== undefined,
    placeholderData: keepPreviousData,
    gcTime: 10_000,
    queryFn: async () => {
      const { readTargetWeight } = await import("../../data/chain-reads.ts");
      return readTargetWeight({ rpc: chain.rpc, mandate: vault.mandate, position, signal: signal ?? 0n });
    },
  });
