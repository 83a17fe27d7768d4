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

const useSeries = <T extends Row>(name: string, id: string, read: ReadSeries<T>) => {
  const queries = useQueryClient();
  const queryKey = [LIVE, name, id];
  return useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      extendSeries(queries.getQueryData<T[]>(queryKey) ?? [], OVERLAP, (page) => read({ id, ...page }, signal)),
  }).data;
};

const useVaultPoints = (found: FoundVault) => {
  const { graphql } = useApp();
  return useSeries<VaultPoint>(
    "points",
    vaultIdOf(found),
    async (params, signal) => (await graphql.fetch(vaultPointsRequest(params), signal)).points,
  );
};

const useFillMarks = (found: FoundVault) => {
  const { graphql } = useApp();
  return useSeries<FillMark>(
    "marks",
    vaultIdOf(found),
    async (params, signal) => (await graphql.fetch(fillMarksRequest(params), signal)).marks,
  );
};

/** Of the first position's feed. */
const useForecasts = (found: FoundVault) => {
  const { graphql } = useApp();
  return useSeries<Forecast>(
    "forecasts",
    `${found.chain.id}-${found.vault.positions[0]?.feed}`,
    async (params, signal) => (await graphql.fetch(forecastsRequest(params), signal)).rounds,
  );
};

/** What a history is made of; undefined while anything is missing. It changes with its parts, not with every block. */
const useHistoryParams = (found: FoundVault, vault: Vault | undefined): HistoryParams | undefined => {
  const points = useVaultPoints(found);
  const marks = useFillMarks(found);
  const forecasts = useForecasts(found);
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
  const points = useVaultPoints(found);
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
