// The past of a vault as its charts and tables show it.
import { targetWeightBps } from "@aibot/kit/mandate";
import type { FillMark, Forecast, MandateChange, VaultPoint } from "../../data/vault-series.ts";
import type { Vault } from "../../data/vaults.ts";
import { heldWindow, volatilityOf } from "./volatility.ts";

/** What one share's first value would be worth, had all of it bought the asset at the start and kept it. */
export const buyAndHold = (startValue: bigint, startPrice: bigint, price: bigint): bigint =>
  startPrice === 0n ? startValue : (startValue * price) / startPrice;

/** What the mandate aimed at from `at` on. */
export type Aim = { at: bigint; targetVolBps: number; capBps: number };

/** The first position's aims over time, oldest first. */
export const aimsOf = (changes: readonly MandateChange[]): Aim[] => {
  const aims: Aim[] = [];
  for (const { field, position, value, timestamp } of changes) {
    const last = aims.at(-1) ?? { targetVolBps: 0, capBps: 0 };
    if (field === "targetVolBps") aims.push({ ...last, at: timestamp, targetVolBps: Number(value) });
    else if (position === 0) aims.push({ ...last, at: timestamp, capBps: Number(value) });
  }
  return aims;
};

export type HistoryRow = {
  round: number;
  at: bigint;
  navPerShare: bigint;
  hold: bigint;
  weightBps: number;
  targetBps: number | undefined; // undefined: there was no forecast
  forecastBps: number | undefined;
  heldBps: number | undefined; // undefined: too few candles before it
  aimBps: number | undefined;
  traded: bigint;
  auction: string | undefined; // the last one that traded on this round
};

export type HistoryParams = {
  start: Pick<Vault, "startNavPerShare" | "startPrice" | "startAt">; // null before the first deposit
  points: readonly VaultPoint[];
  marks: readonly FillMark[];
  forecasts: readonly Forecast[];
  aims: readonly Aim[];
  shareBps: number | undefined; // of the volatility target; undefined while the chain has not said
  horizon: number;
  periodsPerYear: number;
};

type Traded = { tokens: bigint; auction: string };

const tradesByRound = (marks: readonly FillMark[]): Map<number, Traded> => {
  const trades = new Map<number, Traded>();
  for (const { round, tokenDelta, auction } of marks)
    trades.set(round, { tokens: (trades.get(round)?.tokens ?? 0n) + tokenDelta, auction });
  return trades;
};

/** Each aim in turn as time goes on. */
const createAimAt = (aims: readonly Aim[]) => {
  let index = -1;
  return (at: bigint): Aim | undefined => {
    for (let next = aims[index + 1]; next !== undefined && next.at <= at; next = aims[index + 1]) index += 1;
    return aims[index];
  };
};

/** The vault's history from its first deposit on: one row a candle, with what was traded on it. */
export const history = (params: HistoryParams): HistoryRow[] => {
  const { startNavPerShare, startPrice, startAt } = params.start;
  if (startNavPerShare === null || startPrice === null || startAt === null) return [];
  const trades = tradesByRound(params.marks);
  const forecasts = new Map(params.forecasts.map((forecast) => [forecast.round, forecast]));
  const aimAt = createAimAt(params.aims);
  const window = heldWindow(params.horizon);
  const points = params.points.filter(({ timestamp }) => timestamp >= startAt);
  return points.map((point, index) => {
    const { round, timestamp, navPerShare, price, weightBps } = point;
    const forecast = forecasts.get(round);
    const aim = aimAt(timestamp);
    const shareBps = params.shareBps;
    return {
      round,
      at: timestamp,
      navPerShare,
      hold: buyAndHold(startNavPerShare, startPrice, price),
      weightBps,
      targetBps:
        forecast && aim && shareBps !== undefined
          ? Number(targetWeightBps({ ...aim, signal: forecast.value, shareBps }))
          : undefined,
      forecastBps: forecast?.volatilityBps,
      heldBps: volatilityOf(points, index, window, params.periodsPerYear),
      aimBps: aim?.targetVolBps,
      traded: trades.get(round)?.tokens ?? 0n,
      auction: trades.get(round)?.auction,
    };
  });
};

export const ranges = ["all", "year", "quarter", "month"] as const;
export type Range = (typeof ranges)[number];

const DAYS: Record<Exclude<Range, "all">, bigint> = { year: 365n, quarter: 91n, month: 30n };

/** The rows of the last year, quarter or month before the newest one. */
export const inRange = (rows: readonly HistoryRow[], range: Range): readonly HistoryRow[] => {
  const newest = rows.at(-1);
  if (range === "all" || newest === undefined) return rows;
  const from = newest.at - DAYS[range] * 86_400n;
  return rows.filter(({ at }) => at >= from);
};
