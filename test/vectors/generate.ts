// Writes the vectors that tie every implementation of docs/formats.md together. `node test/vectors/generate.ts`
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  exp2Wad,
  type Linear,
  lanes,
  linearBlob,
  linearOutput,
  log2Q32,
  packedLanes,
  packedWords,
  type State,
  type Step,
  stepFeatures,
} from "./reference.ts";

const MAX_PRICE = 2n ** 128n - 1n;
const SPX_ALPHAS = [1.5, 4, 12, 40, 2, 10].map((halfLife) => {
  const decay = exp2Wad(-((2n ** 32n * 1000n) / BigInt(halfLife * 1000)));
  return 2n ** 32n - (decay * 2n ** 32n) / 10n ** 18n;
});

type Random = { bits: (count: number) => bigint; below: (bound: bigint) => bigint; within: (bound: bigint) => bigint };

/** splitmix64: the same cases on every machine. */
const createRandom = (seed: bigint): Random => {
  let state = seed;
  const word = (): bigint => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = BigInt.asUintN(64, (state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  };
  const bits = (count: number): bigint => {
    let value = 0n;
    for (let have = 0; have < count; have += 64) value = (value << 64n) | word();
    return BigInt.asUintN(count, value);
  };
  const below = (bound: bigint): bigint => bits(320) % bound;
  return { bits, below, within: (bound) => below(2n * bound + 1n) - bound };
};

const times = <T>(count: number, make: (k: number) => T): T[] => Array.from({ length: count }, (_, k) => make(k));

const hex = (x: bigint): string => `0x${x.toString(16)}`;

/** [x, log2Q32(x)]: every power of two and its neighbours, then numbers of every length. */
export const log2Vectors = (): [string, string][] => {
  const random = createRandom(1n);
  const powers = times(256, (k) => 1n << BigInt(k)).flatMap((x) => [x - 1n, x, x + 1n]);
  const inputs = [...powers, ...times(400, (k) => random.bits(1 + ((k * 7) % 256))), 2n ** 256n - 1n];
  return inputs.filter((x) => x > 0n).map((x) => [hex(x), log2Q32(x).toString()]);
};

/** [x, exp2Wad(x)]: the edges of the range, whole and half exponents, then random ones. */
export const exp2Vectors = (): [string, string][] => {
  const random = createRandom(2n);
  const edges = [-(2n ** 63n), -60n * 2n ** 32n - 1n, -60n * 2n ** 32n, -1n, 0n, 1n, 64n * 2n ** 32n - 1n];
  const halves = times(248, (k) => (BigInt(k) - 120n) * 2n ** 31n).flatMap((x) => [x, x + 1n]);
  const inputs = [...edges, ...halves, ...times(600, () => random.below(124n * 2n ** 32n) - 60n * 2n ** 32n)];
  return inputs.map((x) => [x.toString(), exp2Wad(x).toString()]);
};

type FeatureVector = {
  candle: [open: string, high: string, low: string, close: string];
  words: string[];
  lanes: string;
};
type FeatureRun = { name: string; alphasQ32: string[]; steps: FeatureVector[] };

const featureRun = (name: string, alphas: bigint[], candles: Step[]): FeatureRun => {
  let state: State = { count: 0, logClose: 0n, words: alphas.map(() => 0n) };
  const steps = candles.map(({ high, low, close }): FeatureVector => {
    state = stepFeatures(state, { high, low, close }, alphas);
    return {
      candle: [hex(close), hex(high), hex(low), hex(close)],
      words: packedWords(state.words),
      lanes: packedLanes(lanes(state.words)),
    };
  });
  return { name, alphasQ32: alphas.map(String), steps };
};

/** A market that moves by up to `moveBps` a candle and ranges as far again. */
const walk = (random: Random, count: number, moveBps: bigint): Step[] => {
  let close = 1_400n * 10n ** 8n;
  return times(count, () => {
    const previous = close;
    close += (close * random.within(moveBps)) / 10_000n;
    const [top, bottom] = close > previous ? [close, previous] : [previous, close];
    return {
      high: top + (top * random.below(moveBps)) / 10_000n,
      low: bottom - (bottom * random.below(moveBps)) / 10_000n,
      close,
    };
  });
};

const anyCandle = (random: Random): Step => {
  const [a, b, c] = times(3, () => 1n + random.bits(1 + Number(random.below(127n)))).sort((x, y) => (x < y ? -1 : 1));
  return { low: a ?? 1n, close: b ?? 1n, high: c ?? 1n };
};

/** Runs of candles from an empty state; `candle` is [open, high, low, close], open being of no consequence. */
export const featureVectors = (): FeatureRun[] => {
  const random = createRandom(3n);
  const flat = { high: 10n ** 8n, low: 10n ** 8n, close: 10n ** 8n };
  const widest = { high: MAX_PRICE, low: 1n };
  const swing = times(60, (k) => ({ ...widest, close: k % 2 === 0 ? MAX_PRICE : 1n }));
  const any = times(300, () => anyCandle(random));
  return [
    featureRun("calm", SPX_ALPHAS, walk(random, 250, 100n)),
    featureRun("crisis", SPX_ALPHAS, walk(random, 250, 1_500n)),
    featureRun("flat after a move", SPX_ALPHAS, [...walk(random, 20, 300n), ...times(60, () => flat)]),
    featureRun("saturated", SPX_ALPHAS, swing),
    featureRun("any candles", SPX_ALPHAS, any),
    featureRun(
      "fastest and slowest smoothing",
      [2n ** 32n - 1n, 1n, 2n ** 31n, 2n ** 20n, 2n ** 32n - 1n, 1n],
      any.slice(0, 100),
    ),
  ];
};

type LinearVector = {
  model: Record<string, string | string[]>;
  blob: string;
  cases: [lanes: string, output: string][];
};

const linearVector = (model: Linear, inputs: bigint[][]): LinearVector => ({
  model: Object.fromEntries(
    Object.entries(model).map(([field, value]) => [field, Array.isArray(value) ? value.map(String) : String(value)]),
  ),
  blob: linearBlob(model),
  cases: inputs.map((values) => [packedLanes(values), linearOutput(model, values).toString()]),
});

/** Models, the first four at the bounds of the format, each with lanes packed as SignalPublished carries them. */
export const linearVectors = (): LinearVector[] => {
  const random = createRandom(4n);
  const most = 2n ** 40n - 1n;
  const base = { period: 86_400n, horizon: 5n, minCandles: 160n, closeToRange: 0n };
  const all = <T>(value: T): T[] => times(6, () => value);
  const extremes: Linear[] = [
    { ...base, closeToRange: most, bias: most, weights: all(2n ** 31n - 1n) },
    { ...base, closeToRange: -most, bias: -most, weights: all(-(2n ** 31n)) },
    { ...base, period: 2n ** 32n - 1n, horizon: 255n, minCandles: 65_535n, bias: 0n, weights: all(0n) },
    { ...base, period: 1n, horizon: 1n, minCandles: 0n, bias: 1n, weights: all(-1n) },
  ];
  const ordinary = times(
    36,
    (): Linear => ({
      ...base,
      closeToRange: random.within(2n ** 32n),
      bias: random.within(2n ** 34n),
      weights: times(6, () => random.within(2n ** 24n)),
    }),
  );
  const corners = [all(-(2n ** 15n)), all(2n ** 15n - 1n), all(0n)];
  const inputs = () => [...corners, ...times(25, () => times(6, () => random.bits(16) - 2n ** 15n))];
  return [...extremes, ...ordinary].map((model) => linearVector(model, inputs()));
};

/** One case a line: small files, readable differences. */
const linesOf = (cases: unknown[]): string => `[\n${cases.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`;

export const vectorFiles = (): Record<string, string> => ({
  "log2-q32.json": linesOf(log2Vectors()),
  "exp2-wad.json": linesOf(exp2Vectors()),
  "features.json": linesOf(featureVectors()),
  "linear.json": linesOf(linearVectors()),
});

if (import.meta.main) {
  for (const [name, text] of Object.entries(vectorFiles())) writeFileSync(join(import.meta.dirname, name), text);
}
