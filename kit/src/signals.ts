// A signal is log2Q32 of annualised close-to-close volatility; 0 means 100 %/yr.
import { exp2Wad, log2Q32 } from "./fixed-math.ts";
import type { LinearModel } from "./models.ts";

/** Who computed a signal; readers add up the levels they accept. */
export const level = { executed: 1, optimistic: 2, scored: 4 } as const;

const LOG2_LN2_Q32 = -2271034279n; // round(log2(ln 2) · 2^32)
const WAD_PER_BPS = 10n ** 14n;
const MAX_VOLATILITY_BPS = 2n ** 31n - 1n;
const EXP2_END_Q32 = 64n << 32n;

/** The signal value that SignalFeed stores for a model's output. */
export const annualised = (
  output: bigint,
  { closeToRange }: Pick<LinearModel, "closeToRange">,
  periodsPerYear: number,
): bigint => output + closeToRange + (log2Q32(BigInt(periodsPerYear)) >> 1n);

/** Volatility of a signal value in basis points a year, rounded half up; at most 2^31 − 1, whatever a model says. */
export const volatilityBps = (value: bigint): bigint => {
  if (value >= EXP2_END_Q32) return MAX_VOLATILITY_BPS;
  const bps = (exp2Wad(value) + WAD_PER_BPS / 2n) / WAD_PER_BPS;
  return bps < MAX_VOLATILITY_BPS ? bps : MAX_VOLATILITY_BPS;
};

/**
 * Signal value of what happened: annualised root mean square of the close-to-close log returns of n + 1 `closes`.
 * Closes that never moved count as one unit of 2^−64, so that the logarithm exists.
 */
export const realisedValue = (closes: bigint[], periodsPerYear: number): bigint =>
  realisedValueOfLogs(closes.map(log2Q32), periodsPerYear);

/** The same of closes whose log2Q32 is known: windows that overlap share theirs. */
export const realisedValueOfLogs = (logs: readonly bigint[], periodsPerYear: number): bigint => {
  if (logs.length < 2) throw new RangeError(`${logs.length} closes: a return needs two`);
  const squares = logs.slice(1).reduce((sum, log, k) => sum + (log - (logs[k] ?? 0n)) ** 2n, 0n); // Q64
  const logSum = log2Q32(squares > 0n ? squares : 1n) - (64n << 32n);
  const logMean = logSum - log2Q32(BigInt(logs.length - 1)) + log2Q32(BigInt(periodsPerYear));
  return (logMean >> 1n) + LOG2_LN2_Q32;
};
