// Writes the vectors that tie every implementation of docs/formats.md together. `node test/vectors/generate.ts`
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { exactSqrt } from "./exact.ts";
import { createRandom, type Random, times } from "./random.ts";
import {
  type Branch,
  type Dense,
  denseBlob,
  denseOutput,
  exp2Wad,
  type Forest,
  forestBlob,
  forestOutput,
  type Layer,
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
  type TreeNode,
  type Unit,
} from "./reference.ts";
import { vaultVectorFiles } from "./vault.ts";

const MAX_PRICE = 2n ** 128n - 1n;
const SPX_ALPHAS = [1.5, 4, 12, 40, 2, 10].map((halfLife) => {
  const decay = exp2Wad(-((2n ** 32n * 1000n) / BigInt(halfLife * 1000)));
  return 2n ** 32n - (decay * 2n ** 32n) / 10n ** 18n;
});

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

const MAX_UINT = 2n ** 256n - 1n;

/** [x, square root rounded down]: powers of two, squares and their neighbours, then numbers of every length. */
export const sqrtVectors = (): [string, string][] => {
  const random = createRandom(5n);
  const powers = times(256, (k) => 1n << BigInt(k)).flatMap((x) => [x - 1n, x, x + 1n]);
  const squares = times(128, (k) => (1n + random.bits(1 + k)) ** 2n).flatMap((x) => [x - 1n, x, x + 1n]);
  const inputs = [...powers, ...squares, ...times(200, (k) => random.bits(1 + ((k * 11) % 256))), MAX_UINT];
  return inputs.filter((x) => x <= MAX_UINT).map((x) => [hex(x), hex(exactSqrt(x))]);
};

/** [a, b, c, a · b / c rounded down, and up]; the product may have 512 bits, the quotient has at most 256. */
export const mulDivVectors = (): [string, string, string, string, string][] => {
  const random = createRandom(6n);
  const edges = [0n, 1n, 2n, 2n ** 127n, 2n ** 128n - 1n, 2n ** 128n, 2n ** 255n, MAX_UINT - 1n, MAX_UINT];
  const grid = edges.flatMap((a) => edges.flatMap((b) => edges.map((c): [bigint, bigint, bigint] => [a, b, c])));
  const any = times(900, (k): [bigint, bigint, bigint] => {
    const [a, b] = [random.bits(1 + ((k * 7) % 256)), random.bits(1 + ((k * 13) % 256))];
    const least = (a * b) / MAX_UINT + 1n; // the quotient of a smaller divisor does not fit
    return [a, b, k % 3 === 0 ? least : least + random.below(MAX_UINT - least + 1n)];
  });
  return [...grid, ...any]
    .filter(([a, b, c]) => c > 0n && a * b <= MAX_UINT * c)
    .map(([a, b, c]) => [hex(a), hex(b), hex(c), hex((a * b) / c), hex((a * b + c - 1n) / c)]);
};

type ModelVector = { name: string; blob: string; cases: [lanes: string, output: string][] };

const MIN_LANE = -(2n ** 15n);
const MAX_LANE = 2n ** 15n - 1n;
const SIX_LANES = [MIN_LANE, MAX_LANE, 0n, -1n, 1n].map((lane) => times(6, () => lane));

const anyLane = (random: Random): bigint => random.bits(16) - 2n ** 15n;

const anyBase = (random: Random): Linear => ({
  period: 86_400n,
  horizon: 5n,
  minCandles: 160n,
  closeToRange: random.within(2n ** 32n),
  bias: random.within(2n ** 34n),
  weights: times(6, () => random.within(2n ** 24n)),
});

const tree = (depth: number, node: () => Pick<TreeNode, "lane" | "threshold">, leaf: () => bigint): TreeNode => {
  const branch = (): Branch => (depth > 1 ? tree(depth - 1, node, leaf) : leaf());
  return { ...node(), no: branch(), yes: branch() };
};

/** Forests of every depth; thresholds and lanes come from few values too, so that many are equal. */
export const forestVectors = (): ModelVector[] => {
  const random = createRandom(7n);
  const few = (): bigint => [MIN_LANE, -300n, -1n, 0n, 1n, 300n, MAX_LANE][Number(random.below(7n))] ?? 0n;
  const anyNode = () => ({ lane: random.below(6n), threshold: anyLane(random) });
  const tieNode = () => ({ lane: random.below(6n), threshold: few() });
  const anyForest = (
    depth: number,
    trees: number,
    leaf: () => bigint,
    node: () => Pick<TreeNode, "lane" | "threshold">,
  ): Forest => ({
    base: anyBase(random),
    depth,
    trees: times(trees, () => tree(depth, node, leaf)),
  });

  const small = () => random.within(2n ** 22n);
  const forests: [name: string, forest: Forest][] = [
    ["100 trees of depth 3", anyForest(3, 100, small, anyNode)],
    ["thresholds equal to lanes", anyForest(3, 40, small, tieNode)],
    ...[4, 5, 6, 7, 8].map((depth): [string, Forest] => [`depth ${depth}`, anyForest(depth, 3, small, tieNode)]),
    ["least leaf", anyForest(3, 1, () => -(2n ** 31n), anyNode)],
    ["leaves at the bound", anyForest(3, 2, () => 2n ** 31n - 1n, anyNode)],
    ["least bound", anyForest(4, 2, () => -(2n ** 31n) + 1n, tieNode)],
  ];
  return forests.map(([name, forest]) => {
    const inputs = [
      ...SIX_LANES,
      ...times(60, () => times(6, few)),
      ...times(60, () => times(6, () => anyLane(random))),
    ];
    return {
      name,
      blob: forestBlob(forest),
      cases: inputs.map((values) => [packedLanes(values), forestOutput(forest, values).toString()]),
    };
  });
};

/** A layer whose sums, for activations and weights of any sign, spread over about twice the range of activations. */
const anyLayer = (random: Random, inputs: number, width: number, weight: () => bigint, isLast: boolean): Layer => {
  const spread = BigInt(Math.ceil(Math.log2(73 * 60 * Math.sqrt(inputs))));
  return {
    multiplier: isLast ? 1n + random.below(2n ** 12n) : 2n ** 15n + random.below(2n ** 15n),
    shift: isLast ? 0n : spread + 10n,
    outputs: times(width, () => ({ bias: random.within(2n ** spread), weights: times(inputs, weight) })),
  };
};

const anyUnits = (random: Random, width: number): Unit[] => {
  const lanes = times(Math.ceil(width / 10), () => random.below(6n));
  return times(width, (k) => {
    const slope = random.below(64n);
    const bias = -slope * random.below(2n ** 16n);
    return { lane: lanes[Math.floor(k / 10)] ?? 0n, slope, bias };
  });
};

/** `widths` of units, hidden layers and outputs. */
const anyDense = (random: Random, widths: number[], weight: () => bigint): Dense => ({
  base: anyBase(random),
  multiplier: 2n ** 15n + random.below(2n ** 15n),
  shift: 28n,
  units: anyUnits(random, widths[0] ?? 1),
  layers: widths.slice(1).map((width, k) => anyLayer(random, widths[k] ?? 1, width, weight, k + 2 === widths.length)),
});

/** Every shape of block, sums at the edges of their lanes, activations at both clamps and at exact halves. */
export const denseVectors = (): ModelVector[] => {
  const random = createRandom(8n);
  const any = () => random.bits(8) - 128n;
  const shapes = [
    [64, 128, 64, 3],
    [1, 1],
    [1, 1, 1],
    [10, 10, 10],
    [31, 30, 30, 1],
    [7, 33, 29, 11, 4],
    [61, 62, 31, 5],
    [3, 2, 3, 4, 5, 6, 7, 8, 9],
  ];
  const full = (unit: Unit, weight: bigint): Dense => {
    const base = { ...anyBase(random), weights: times(6, () => 0n) };
    const hidden: Layer = {
      multiplier: 1n,
      shift: 16n,
      outputs: times(31, (k) => ({
        bias: BigInt(k) * (weight < 0n ? -1_000n : 1_000n),
        weights: times(512, () => weight),
      })),
    };
    const last: Layer = { multiplier: 7n, shift: 0n, outputs: [{ bias: 5n, weights: times(31, () => -128n) }] };
    return { base, multiplier: 127n, shift: 23n, units: times(512, () => unit), layers: [hidden, last] };
  };
  const halves: Dense = {
    base: anyBase(random),
    multiplier: 1n,
    shift: 1n,
    units: times(20, (k) => ({ lane: BigInt(Math.floor(k / 10)), slope: 1n, bias: BigInt(k) - 2n ** 15n })),
    layers: [
      {
        multiplier: 1n,
        shift: 2n,
        outputs: times(35, (k) => ({ bias: BigInt(k) - 17n, weights: times(20, (i) => BigInt(((i + k) % 3) - 1)) })),
      },
      { multiplier: 2n ** 20n, shift: 0n, outputs: times(2, () => ({ bias: -3n, weights: times(35, any) })) },
    ],
  };
  const top: Unit = { lane: 5n, slope: 127n, bias: 2n ** 23n - 1n - 127n * (2n ** 16n - 1n) };
  const models: [name: string, model: Dense][] = [
    ...shapes.map((widths): [string, Dense] => [widths.join("-"), anyDense(random, widths, any)]),
    ["largest sums", full(top, 127n)],
    ["least sums", full(top, -128n)],
    ["least bias of a unit", full({ lane: 0n, slope: 127n, bias: -(2n ** 23n) }, 127n)],
    ["exact halves", halves],
  ];
  return models.map(([name, model]) => {
    const near = () => times(6, () => random.within(200n));
    const inputs = [...SIX_LANES, ...times(45, near), ...times(45, () => times(6, () => anyLane(random)))];
    return {
      name,
      blob: denseBlob(model),
      cases: inputs.map((values) => [packedLanes(values), denseOutput(model, values).toString()]),
    };
  });
};

/** One case a line: small files, readable differences. */
const linesOf = (cases: unknown[]): string => `[\n${cases.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`;

export const vectorFiles = (): Record<string, string> => ({
  "log2-q32.json": linesOf(log2Vectors()),
  "exp2-wad.json": linesOf(exp2Vectors()),
  "features.json": linesOf(featureVectors()),
  "linear.json": linesOf(linearVectors()),
  "sqrt.json": linesOf(sqrtVectors()),
  "mul-div.json": linesOf(mulDivVectors()),
  "forest.json": linesOf(forestVectors()),
  "dense.json": linesOf(denseVectors()),
  ...vaultVectorFiles(),
});

if (import.meta.main) {
  for (const [name, text] of Object.entries(vectorFiles())) writeFileSync(join(import.meta.dirname, name), text);
}
