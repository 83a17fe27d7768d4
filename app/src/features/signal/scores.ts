// How good forecasts were, beside the naive one, in integers: errors of log2 volatility (Q32) and QLIKE (1e18).
import { exp2Wad, log2Q32 } from "@aibot/kit/fixed-math";
import type { Outlook } from "../../data/signals.ts";
import { abs } from "../../format.ts";

const WAD = 10n ** 18n;
const LN2_WAD = 693147180559945309n;
const WHOLE_LOG2_BPS = log2Q32(10_000n); // 10,000 bps are 100 %/yr, whose log2 is 0
const EXP2_LAST_Q32 = (64n << 32n) - 1n;

/** log2Q32 of a volatility in bps a year. */
export const valueOfBps = (bps: number): bigint => log2Q32(BigInt(bps)) - WHOLE_LOG2_BPS;

/** x − ln x − 1 with x = variance that came / variance forecast, for an error of log2 volatility. 0 is perfect. */
export const qlikeWad = (errorQ32: bigint): bigint => {
  const log2Ratio = 2n * errorQ32 < EXP2_LAST_Q32 ? 2n * errorQ32 : EXP2_LAST_Q32;
  return exp2Wad(log2Ratio) - ((log2Ratio * LN2_WAD) >> 32n) - WAD;
};

export type Loss = { absQ32: bigint; squaredQ64: bigint; qlikeWad: bigint };
export type ScoredRound = {
  round: number;
  closedAt: bigint;
  value: bigint; // forecast, log2Q32
  outcome: bigint; // log2Q32
  forecast: Loss;
  naive: Loss;
};

const lossOf = (error: bigint): Loss => ({ absQ32: abs(error), squaredQ64: error * error, qlikeWad: qlikeWad(error) });

const scored = (row: Outlook): ScoredRound | undefined => {
  const { round, closedAt, value, realisedValue, realisedVolBps, naiveVolBps } = row;
  if (realisedValue === null || !realisedVolBps || !naiveVolBps) return undefined; // a market that stood still has no log
  return {
    round,
    closedAt,
    value,
    outcome: realisedValue,
    forecast: lossOf(realisedValue - value),
    naive: lossOf(realisedValue - valueOfBps(naiveVolBps)),
  };
};

// A series keeps its old rows when it grows: what was scored once is not scored again.
const known = new WeakMap<Outlook, ScoredRound>();

/** The rounds whose outcome and naive rival are known. */
export const scoreRounds = (rows: readonly Outlook[]): ScoredRound[] =>
  rows.flatMap((row) => {
    const one = known.get(row) ?? scored(row);
    if (one === undefined) return [];
    known.set(row, one);
    return [one];
  });

export type Score = {
  absQ32: bigint; // mean
  qlikeWad: bigint; // mean
  r2Wad: bigint; // 1 − squared error / squared distance of the outcomes from their mean
};

export type Scores = {
  rounds: number;
  from: bigint; // close of the first
  to: bigint; // close of the last
  closer: number; // rounds in which the forecast was nearer than the naive one
  forecast: Score;
  naive: Score;
};

const sumOf = (rows: readonly ScoredRound[], part: (row: ScoredRound) => bigint): bigint =>
  rows.reduce((sum, row) => sum + part(row), 0n);

/** Averages over all scored rounds; undefined until two outcomes differ, for R² compares with their spread. */
export const scoresOf = (rows: readonly ScoredRound[]): Scores | undefined => {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const n = BigInt(rows.length);
  const mean = sumOf(rows, ({ outcome }) => outcome) / n;
  const spread = sumOf(rows, ({ outcome }) => (outcome - mean) ** 2n);
  if (spread === 0n) return undefined;
  const scoreOf = (who: "forecast" | "naive"): Score => ({
    absQ32: sumOf(rows, (row) => row[who].absQ32) / n,
    qlikeWad: sumOf(rows, (row) => row[who].qlikeWad) / n,
    r2Wad: WAD - (sumOf(rows, (row) => row[who].squaredQ64) * WAD) / spread,
  });
  return {
    rounds: rows.length,
    from: first.closedAt,
    to: last.closedAt,
    closer: rows.filter(({ forecast, naive }) => forecast.absQ32 < naive.absQ32).length,
    forecast: scoreOf("forecast"),
    naive: scoreOf("naive"),
  };
};

export type Comparison = "better" | "worse" | "mixed" | "equal";

/** Forecast against naive by R², mean error and QLIKE: better only where no measure says otherwise. */
export const compare = ({ forecast, naive }: Scores): Comparison => {
  const gains = [forecast.r2Wad - naive.r2Wad, naive.absQ32 - forecast.absQ32, naive.qlikeWad - forecast.qlikeWad];
  const isEver = { better: gains.some((gain) => gain > 0n), worse: gains.some((gain) => gain < 0n) };
  if (isEver.better && isEver.worse) return "mixed";
  return isEver.better ? "better" : isEver.worse ? "worse" : "equal";
};

type Means = { absQ32: bigint; qlikeWad: bigint };
export type RollingErrors = { round: number; closedAt: bigint; forecast: Means; naive: Means };

/** Mean losses of the last `window` scored rounds, at each of them from the first full window on. */
export const rollingErrors = (rows: readonly ScoredRound[], window: number): RollingErrors[] => {
  const n = BigInt(window);
  const sums = { forecast: { absQ32: 0n, qlikeWad: 0n }, naive: { absQ32: 0n, qlikeWad: 0n } };
  const meanOf = (sum: Means): Means => ({ absQ32: sum.absQ32 / n, qlikeWad: sum.qlikeWad / n });
  return rows.flatMap((row, index) => {
    const leaving = rows[index - window];
    for (const who of ["forecast", "naive"] as const) {
      sums[who].absQ32 += row[who].absQ32 - (leaving?.[who].absQ32 ?? 0n);
      sums[who].qlikeWad += row[who].qlikeWad - (leaving?.[who].qlikeWad ?? 0n);
    }
    if (index + 1 < window) return [];
    const { round, closedAt } = row;
    return [{ round, closedAt, forecast: meanOf(sums.forecast), naive: meanOf(sums.naive) }];
  });
};
