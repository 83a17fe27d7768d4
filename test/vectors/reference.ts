// docs/formats.md, transcribed once more and on its own: constants are computed from ln 2 and √2 instead of pasted, and
// shifts and truncations are spelled out. Vectors come from here, so the kit and the contracts answer to the document.
import { EXACT_BITS, exactSqrt, LN2_EXACT, roundedRatio } from "./exact.ts";

const floorShift = (x: bigint, bits: bigint): bigint => {
  const unit = 2n ** bits;
  const quotient = x / unit;
  return x < 0n && quotient * unit !== x ? quotient - 1n : quotient;
};

const highestBit = (x: bigint): bigint => BigInt(x.toString(2).length - 1);

const power = (base: bigint, exponent: number): bigint =>
  Array.from({ length: exponent }).reduce<bigint>((product) => (product * base) >> EXACT_BITS, 1n << EXACT_BITS);

const factorial = (k: number): bigint => (k <= 1 ? 1n : BigInt(k) * factorial(k - 1));

const SQRT_2 = roundedRatio(exactSqrt(2n << (2n * EXACT_BITS)), 2n ** (EXACT_BITS - 127n));
const seriesA = (k: bigint): bigint => roundedRatio(2n ** (65n + EXACT_BITS), k * LN2_EXACT);
const seriesE = (k: number): bigint => roundedRatio(power(LN2_EXACT, k), factorial(k) * 2n ** (EXACT_BITS - 64n));

const A = new Map([1n, 3n, 5n, 7n, 9n, 11n].map((k) => [k, seriesA(k)]));
const E = Array.from({ length: 10 }, (_, k) => seriesE(k));

const LN2_Q64 = roundedRatio(LN2_EXACT, 2n ** (EXACT_BITS - 64n));
const QUARTER_LN2_Q64 = roundedRatio(LN2_EXACT, 4n * 2n ** (EXACT_BITS - 64n));

export const log2Q32 = (x: bigint): bigint => {
  const e = highestBit(x);
  const m = e >= 127n ? x / 2n ** (e - 127n) : x * 2n ** (127n - e);
  const s = ((m - SQRT_2) * 2n ** 64n) / (m + SQRT_2);
  const z = floorShift(s * s, 64n);
  let p = A.get(11n) ?? 0n;
  for (const k of [9n, 7n, 5n, 3n, 1n]) p = (A.get(k) ?? 0n) + floorShift(p * z, 64n);
  return floorShift(e * 2n ** 64n + 2n ** 63n + floorShift(s * p, 64n), 32n);
};

export const exp2Wad = (x: bigint): bigint => {
  if (x < -60n * 2n ** 32n) return 0n;
  const n = floorShift(x + 2n ** 31n, 32n);
  const f = (x - n * 2n ** 32n) * 2n ** 32n;
  let p = E[9] ?? 0n;
  for (let k = 8; k >= 0; k -= 1) p = (E[k] ?? 0n) + floorShift(p * f, 64n);
  const up = n > 0n ? n : 0n;
  const down = n < 0n ? -n : 0n;
  return floorShift(p * 10n ** 18n * 2n ** up, 64n + down);
};

export type Step = { high: bigint; low: bigint; close: bigint };
export type State = { count: number; logClose: bigint; words: bigint[] };

const limit = (x: bigint, low: bigint, high: bigint): bigint => {
  if (x < low) return low;
  return x > high ? high : x;
};

export const stepFeatures = (state: State, candle: Step, alphas: bigint[]): State => {
  const L = log2Q32(candle.high) - log2Q32(candle.low);
  const x = limit(floorShift(L * L * QUARTER_LN2_Q64, 80n), 0n, 2n ** 48n - 1n);
  const logClose = log2Q32(candle.close);
  const r = state.count === 0 ? 0n : floorShift((logClose - state.logClose) * LN2_Q64, 56n);

  const words = alphas.map((alpha, k) => {
    const old = state.words[k] ?? 0n;
    if (k > 3) return limit(old + floorShift((r - old) * alpha, 32n), -(2n ** 47n), 2n ** 47n - 1n);
    if (state.count === 0) return limit(x, 1n, 2n ** 48n - 1n);
    return limit(old + floorShift((x - old) * alpha, 32n), 1n, 2n ** 48n - 1n);
  });
  return { count: state.count + 1, logClose, words };
};

export const lanes = (words: bigint[]): bigint[] => {
  const S = exactSqrt((words[2] ?? 0n) * 2n ** 32n);
  return words.map((word, k) =>
    k < 4
      ? floorShift(log2Q32(word) - 48n * 2n ** 32n, 23n)
      : limit((word * 2n ** 10n) / S, -(2n ** 15n), 2n ** 15n - 1n),
  );
};

const twosComplement = (x: bigint, bits: bigint): string =>
  (x < 0n ? x + 2n ** bits : x).toString(16).padStart(Number(bits) / 4, "0");

const leftAligned = (fields: bigint[], bits: bigint): string =>
  `0x${fields
    .map((field) => twosComplement(field, bits))
    .join("")
    .padEnd(64, "0")}`;

export const packedLanes = (values: bigint[]): string => leftAligned(values, 16n);

export const packedWords = (words: bigint[]): string[] => [
  leftAligned(words.slice(0, 5), 48n),
  leftAligned(words.slice(5), 48n),
];

export type Linear = {
  period: bigint;
  horizon: bigint;
  minCandles: bigint;
  closeToRange: bigint;
  bias: bigint;
  weights: bigint[];
};

export const linearBlob = (model: Linear): string => {
  const fields: [value: bigint, bytes: bigint][] = [
    [0x4959494dn, 4n], // IYIM
    [1n, 1n],
    [1n, 1n],
    [1n, 2n],
    [model.period, 4n],
    [model.horizon, 2n],
    [model.minCandles, 2n],
    [BigInt(model.weights.length), 1n],
    [0n, 7n],
    [model.closeToRange, 8n],
    [model.bias, 8n],
    ...model.weights.map((weight): [bigint, bigint] => [weight, 4n]),
  ];
  return `0x${fields.map(([value, bytes]) => twosComplement(value, 8n * bytes)).join("")}`;
};

export const linearOutput = (model: Linear, inputs: bigint[]): bigint =>
  inputs.reduce((sum, input, k) => sum + input * (model.weights[k] ?? 0n), model.bias);
