// Calibration: when the forecast said 20 %, was it 20 % on average?
import { volatilityBps } from "@aibot/kit/signals";
import type { ScoredRound } from "./scores.ts";

const BINS = 10;
const LEAST_ROUNDS = 20; // a bin; fewer say nothing

export type Bin = {
  rounds: number;
  lowestBps: number; // forecasts in the bin
  highestBps: number;
  forecastBps: number; // geometric means, as the signal itself is a logarithm
  outcomeBps: number;
};

const bpsOf = (value: bigint): number => Number(volatilityBps(value));

const meanOf = (values: readonly bigint[]): bigint =>
  values.reduce((sum, value) => sum + value, 0n) / BigInt(values.length);

const binOf = (rows: readonly ScoredRound[]): Bin => ({
  rounds: rows.length,
  lowestBps: bpsOf(rows[0]?.value ?? 0n),
  highestBps: bpsOf(rows.at(-1)?.value ?? 0n),
  forecastBps: bpsOf(meanOf(rows.map(({ value }) => value))),
  outcomeBps: bpsOf(meanOf(rows.map(({ outcome }) => outcome))),
});

/** Rounds sorted by forecast in up to ten groups of the same size, give or take one; none while even two are too small. */
export const calibrationBins = (rows: readonly ScoredRound[]): Bin[] => {
  const count = Math.min(BINS, Math.floor(rows.length / LEAST_ROUNDS));
  if (count < 2) return [];
  const sorted = [...rows].sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : a.round - b.round));
  const edge = (k: number): number => Math.floor((k * sorted.length) / count);
  return Array.from({ length: count }, (_, k) => binOf(sorted.slice(edge(k), edge(k + 1))));
};
