import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useMemo } from "react";
import { useApp } from "../../app-context.tsx";
import { LIVE } from "../../data/live.ts";
import { extendSeries, type Row } from "../../data/series.ts";
import {
  type FillMark,
  type Forecast,
  fillMarksRequest,
  forecastsRequest,
  type VaultPoint,
  vaultPointsRequest,
} from "../../data/vault-series.ts";
import type { SeriesParams, Vault } from "../../data/vaults.ts";
import type { FoundVault } from "../../links.ts";
import { aimsOf, type HistoryParams, history } from "./history.ts";
import { useAims, useLimits } from "./use-mandate.ts";
import { vaultIdOf } from "./use-vault.ts";
import { heldVolatility, heldWindow } from "./volatility.ts";

const OVERLAP = 5; // rounds that a reorg may replace

type ReadSeries<T> = (params: SeriesParams, signal: AbortSignal) => Promise<T[]>;

type SeriesOf<T> = { name: string; id: string; vault: Vault | undefined; read: ReadSeries<T> };

/** A long answer, which a slow network brings after the vault's own numbers. */
const useSeries = <T extends Row>({ name, id, vault, read }: SeriesOf<T>) => {
  const queries = useQueryClient();
  const queryKey = [LIVE, name, id];
  return useQuery({
    queryKey,
    enabled: vault !== undefined,
    queryFn: ({ signal }) =>
      extendSeries(queries.getQueryData<T[]>(queryKey) ?? [], OVERLAP, (page) => read({ id, ...page }, signal)),
  }).data;
};

const useVaultPoints = (found: FoundVault, vault: Vault | undefined) => {
  const { graphql } = useApp();
  return useSeries<VaultPoint>({
    name: "points",
    id: vaultIdOf(found),
    vault,
    read: async (params, signal) => (await graphql.fetch(vaultPointsRequest(params), signal)).points,
  });
};

const useFillMarks = (found: FoundVault, vault: Vault | undefined) => {
  const { graphql } = useApp();
  return useSeries<FillMark>({
    name: "marks",
    id: vaultIdOf(found),
    vault,
    read: async (params, signal) => (await graphql.fetch(fillMarksRequest(params), signal)).marks,
  });
};

/** Of the first position's feed. */
const useForecasts = (found: FoundVault, vault: Vault | undefined) => {
  const { graphql } = useApp();
  return useSeries<Forecast>({
    name: "forecasts",
    id: `${found.chain.id}-${found.vault.positions[0]?.feed}`,
    vault,
    read: async (params, signal) => (await graphql.fetch(forecastsRequest(params), signal)).rounds,
  });
};

/** What a history is made of; undefined while anything is missing. It changes with its parts, not with every block. */
const useHistoryParams = (found: FoundVault, vault: Vault | undefined): HistoryParams | undefined => {
  const points = useVaultPoints(found, vault);
  const marks = useFillMarks(found, vault);
  const forecasts = useForecasts(found, vault);
  const { data: changes } = useAims(found, vault);
  const { data: limits } = useLimits(found, vault);
  const shareBps = limits?.sharesBps[0];
  const position = vault?.positions[0];
  const horizon = position?.feed.horizon;
  const periodsPerYear = position?.market.periodsPerYear;
  const { startNavPerShare, startPrice, startAt } = vault ?? {};
  return useMemo(() => {
    const isKnown = points && marks && forecasts && changes;
    if (!isKnown || horizon === undefined || periodsPerYear === undefined || startAt === undefined) return undefined;
    const start = { startNavPerShare: startNavPerShare ?? null, startPrice: startPrice ?? null, startAt };
    return { start, points, marks, forecasts, aims: aimsOf(changes), shareBps, horizon, periodsPerYear };
  }, [startNavPerShare, startPrice, startAt, points, marks, forecasts, changes, shareBps, horizon, periodsPerYear]);
};

/** A row a candle since the first deposit, computed in a transition: the rest of the page need not wait for it. */
export const useHistory = (found: FoundVault, vault: Vault | undefined) => {
  const params = useDeferredValue(useHistoryParams(found, vault));
  return useMemo(() => params && history(params), [params]);
};

/** Volatility of NAV per share over the last candles, bps a year; undefined while there are too few. */
export const useHeldVolatility = (found: FoundVault, vault: Vault | undefined): number | undefined => {
  const points = useVaultPoints(found, vault);
  const { startAt } = vault ?? {};
  const position = vault?.positions[0];
  const window = heldWindow(position?.feed.horizon ?? 0);
  const periodsPerYear = position?.market.periodsPerYear ?? 0;
  return useMemo(() => {
    if (points === undefined || startAt == null) return undefined;
    const closes = points.filter(({ timestamp }) => timestamp >= startAt).map(({ navPerShare }) => navPerShare);
    return heldVolatility(closes, window, periodsPerYear);
  }, [points, startAt, window, periodsPerYear]);
};
