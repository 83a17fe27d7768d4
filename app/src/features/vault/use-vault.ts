import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useApp } from "../../app-context.tsx";
import { LIVE } from "../../data/live.ts";
import { extendSeries } from "../../data/series.ts";
import {
  activityRequest,
  type FillMark,
  fillMarksRequest,
  type SeriesParams,
  type VaultPoint,
  vaultPointsRequest,
  vaultRequest,
  vaultsRequest,
} from "../../data/vaults.ts";
import type { FoundVault } from "../../links.ts";

const POINT_OVERLAP = 5; // rounds that a reorg may replace
const MARK_OVERLAP = 5;
const ACTIVITY_LIMIT = 20;

const idOf = ({ chain, vault }: FoundVault): string => `${chain.id}-${vault.address.toLowerCase()}`;

export const useVaults = () => {
  const { graphql } = useApp();
  return useQuery({
    queryKey: [LIVE, "vaults"],
    queryFn: ({ signal }) => graphql.fetch(vaultsRequest, signal),
    select: ({ vaults }) => vaults,
  });
};

export const useVault = (found: FoundVault) => {
  const { graphql } = useApp();
  const id = idOf(found);
  return useQuery({
    queryKey: [LIVE, "vault", id],
    queryFn: ({ signal }) => graphql.fetch(vaultRequest(id), signal),
    select: ({ vault }) => vault,
  });
};

export const useVaultPoints = (found: FoundVault) => {
  const { graphql } = useApp();
  const queries = useQueryClient();
  const id = idOf(found);
  const queryKey = [LIVE, "points", id];
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => {
      const read = async (page: Omit<SeriesParams, "id">) =>
        (await graphql.fetch(vaultPointsRequest({ id, ...page }), signal)).points;
      return extendSeries(queries.getQueryData<VaultPoint[]>(queryKey) ?? [], POINT_OVERLAP, read);
    },
  });
};

export const useFillMarks = (found: FoundVault) => {
  const { graphql } = useApp();
  const queries = useQueryClient();
  const id = idOf(found);
  const queryKey = [LIVE, "marks", id];
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => {
      const read = async (page: Omit<SeriesParams, "id">) =>
        (await graphql.fetch(fillMarksRequest({ id, ...page }), signal)).marks;
      return extendSeries(queries.getQueryData<FillMark[]>(queryKey) ?? [], MARK_OVERLAP, read);
    },
  });
};

export const useActivity = (found: FoundVault) => {
  const { graphql } = useApp();
  const id = idOf(found);
  return useQuery({
    queryKey: [LIVE, "activity", id],
    queryFn: ({ signal }) => graphql.fetch(activityRequest(id, ACTIVITY_LIMIT), signal),
  });
};

/** The mandate changes only by its curator; it is read once a visit. */
export const useLimits = ({ chain, vault }: FoundVault, position: number) =>
  useQuery({
    queryKey: ["limits", chain.id, vault.mandate, position],
    queryFn: async () =>
      (await import("../../data/chain-reads.ts")).readLimits({ rpc: chain.rpc, mandate: vault.mandate, position }),
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
