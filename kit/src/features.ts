// Feature set 1, “range 4, drift 2”, of docs/formats.md: what PriceBook computes in O(1) on every candle. Training,
// seeding, verification and the browser all run these lines.
import type { Hex } from "viem";
import type { Candle } from "./candles.ts";
import { exp2Wad, log2Q32, sqrt } from "./fixed-math.ts";

/** words 0–3: range variance, Q48 unsigned, fast to slow; words 4–5: drift, Q40 signed, fast and slow. */
export type FeatureState = { index: number; closedAt: bigint; logClose: bigint; words: bigint[] };

export type FeatureLane = { name: string; scale: number; meaning: string };
export type FeatureSet = { id: number; name: string; words: number; lanes: FeatureLane[] };

const RANGE_WORDS = 4;
const WORDS = 6;
const UNIT_WORD = 2; // drift is measured in units of this word's volatility

const LN2_Q64 = 12786308645202655660n; // round(ln 2 · 2^64)
const PARKINSON_Q64 = 3196577161300663915n; // round(ln 2 / 4 · 2^64)

const RANGE_MAX = 2n ** 48n - 1n;
const DRIFT_MIN = -(2n ** 47n);
const DRIFT_MAX = 2n ** 47n - 1n;
const LANE_MIN = -(2n ** 15n);
const LANE_MAX = 2n ** 15n - 1n;

const LANE_SCALE = 1024; // Q10

const rangeLane = (pace: string): FeatureLane => ({
  name: `range ${pace}`,
  scale: LANE_SCALE,
  meaning: `log2 of volatility per period from high–low ranges, ${pace} average`,
});

const driftLane = (pace: string): FeatureLane => ({
  name: `drift ${pace}`,
  scale: LANE_SCALE,
  meaning: `mean return per period in units of volatility, ${pace} average`,
});

/** Every feature set a model can name, by id. */
export const featureSets: Record<number, FeatureSet> = {
  1: {
    id: 1,
    name: "range 4, drift 2",
    words: WORDS,
    lanes: [
      rangeLane("fastest"),
      rangeLane("fast"),
      rangeLane("slow"),
      rangeLane("slowest"),
      driftLane("fast"),
      driftLane("slow"),
    ],
  },
};

const clamp = (x: bigint, min: bigint, max: bigint): bigint => (x < min ? min : x > max ? max : x);

/** State of a market that has seen no candle. */
export const emptyFeatureState = (): FeatureState => ({
  index: 0,
  closedAt: 0n,
  logClose: 0n,
  words: new Array<bigint>(WORDS).fill(0n),
});

/** Parkinson's variance of one candle, (ln(high / low))² / (4 ln 2), Q48, saturating. */
export const parkinsonQ48 = ({ high, low }: Pick<Candle, "high" | "low">): bigint => {
  const range = log2Q32(high) - log2Q32(low);
  const variance = (range * range * PARKINSON_Q64) >> 80n;
  return variance > RANGE_MAX ? RANGE_MAX : variance;
};

const smooth = (word: bigint, input: bigint, alphaQ32: bigint): bigint => word + (((input - word) * alphaQ32) >> 32n);

/** The state after one more closed candle; `alphasQ32` has one smoothing factor per word. */
export const stepFeatures = (state: FeatureState, candle: Candle, alphasQ32: bigint[]): FeatureState => {
  if (alphasQ32.length !== WORDS) throw new RangeError(`${alphasQ32.length} smoothing factors, expected ${WORDS}`);

  const isFirst = state.index === 0;
  const logClose = log2Q32(candle.close);
  const variance = parkinsonQ48(candle);
  const drift = isFirst ? 0n : ((logClose - state.logClose) * LN2_Q64) >> 56n; // natural log return, Q40

  const words = alphasQ32.map((alpha, k) => {
    const word = state.words[k] ?? 0n;
    if (k >= RANGE_WORDS) return clamp(smooth(word, drift, alpha), DRIFT_MIN, DRIFT_MAX);
    return clamp(isFirst ? variance : smooth(word, variance, alpha), 1n, RANGE_MAX);
  });
  return { index: state.index + 1, closedAt: candle.end, logClose, words };
};

/** The int16 inputs of a model, Q10; all zero before the first candle. */
export const featureLanes = ({ index, words }: FeatureState): number[] => {
  if (index === 0) return words.map(() => 0);
  const volatilityQ40 = sqrt((words[UNIT_WORD] ?? 0n) << 32n);
  return words.map((word, k) => {
    if (k < RANGE_WORDS) return Number((log2Q32(word) - (48n << 32n)) >> 23n);
    return Number(clamp((word << 10n) / volatilityQ40, LANE_MIN, LANE_MAX));
  });
};

const hexOf = (value: bigint, bits: number): string =>
  BigInt.asUintN(bits, value)
    .toString(16)
    .padStart(bits / 4, "0");

/** bytes32 of up to 16 int16 lanes, lane 0 in the most significant bits. */
export const packLanes = (lanes: number[]): Hex =>
  `0x${lanes
    .map((lane) => hexOf(BigInt(lane), 16))
    .join("")
    .padEnd(64, "0")}`;

/** The first `count` lanes of a packed bytes32. */
export const unpackLanes = (packed: Hex, count: number): number[] =>
  Array.from({ length: count }, (_, k) => {
    const unsigned = Number.parseInt(packed.slice(2 + 4 * k, 6 + 4 * k), 16);
    return unsigned >= 2 ** 15 ? unsigned - 2 ** 16 : unsigned;
  });

/** Storage slots of the state's words: five 48-bit words a slot, the first in the most significant bits. */
export const packWords = (words: bigint[]): Hex[] =>
  Array.from({ length: Math.ceil(words.length / 5) }, (_, slot) => {
    const digits = words.slice(5 * slot, 5 * slot + 5).map((word) => hexOf(word, 48));
    return `0x${digits.join("").padEnd(64, "0")}` as const;
  });

/** Smoothing factor 1 − 2^(−1/h) with 32 fraction bits, for a half-life of h = `milliHalfLife` / 1000 periods. */
export const alphaQ32 = (milliHalfLife: number): bigint => {
  if (!Number.isSafeInteger(milliHalfLife) || milliHalfLife < 1) {
    throw new RangeError(`half-life of ${milliHalfLife} thousandths of a period: expected a whole number ≥ 1`);
  }
  const decay = exp2Wad(-((1000n << 32n) / BigInt(milliHalfLife)));
  return (1n << 32n) - (decay << 32n) / 10n ** 18n;
};
