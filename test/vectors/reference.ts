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

type Field = [value: bigint, bytes: bigint];

const bytesOf = (fields: Field[]): string => fields.map(([value, bytes]) => twosComplement(value, 8n * bytes)).join("");

const linearPart = (kind: bigint, model: Linear): string =>
  bytesOf([
    [0x4959494dn, 4n], // IYIM
    [1n, 1n],
    [kind, 1n],
    [1n, 2n],
    [model.period, 4n],
    [model.horizon, 2n],
    [model.minCandles, 2n],
    [BigInt(model.weights.length), 1n],
    [0n, 7n],
    [model.closeToRange, 8n],
    [model.bias, 8n],
    ...model.weights.map((weight): Field => [weight, 4n]),
  ]);

export const linearBlob = (model: Linear): string => `0x${linearPart(1n, model)}`;

export const linearOutput = (model: Linear, inputs: bigint[]): bigint =>
  inputs.reduce((sum, input, k) => sum + input * (model.weights[k] ?? 0n), model.bias);

/** A node asks whether its lane exceeds its threshold; `no` and `yes` are nodes or leaves. */
export type TreeNode = { lane: bigint; threshold: bigint; no: Branch; yes: Branch };
export type Branch = TreeNode | bigint;
export type Forest = { base: Linear; depth: number; trees: TreeNode[] };

const isLeaf = (branch: Branch): branch is bigint => typeof branch === "bigint";

/** The branches of each level of a tree, from the root. */
const levels = (root: Branch, depth: number): Branch[][] => {
  const level = [[root]];
  for (let k = 0; k < depth; k += 1) {
    level.push((level[k] ?? []).flatMap((branch) => (isLeaf(branch) ? [] : [branch.no, branch.yes])));
  }
  return level;
};

const treeFields = (root: TreeNode, depth: number): Field[] =>
  levels(root, depth)
    .flat()
    .flatMap((branch): Field[] =>
      isLeaf(branch)
        ? [[branch, 4n]]
        : [
            [branch.threshold, 2n],
            [0n, 1n],
            [16n * branch.lane, 1n],
          ],
    );

export const forestBlob = ({ base, depth, trees }: Forest): string => {
  const header: Field[] = [
    [BigInt(depth), 1n],
    [0n, 1n],
    [BigInt(trees.length), 2n],
  ];
  return `0x${linearPart(2n, base)}${bytesOf([...header, ...trees.flatMap((tree) => treeFields(tree, depth))])}`;
};

export const forestOutput = ({ base, trees }: Forest, inputs: bigint[]): bigint =>
  trees.reduce(
    (sum, tree) => {
      let branch: Branch = tree;
      while (!isLeaf(branch)) branch = (inputs[Number(branch.lane)] ?? 0n) > branch.threshold ? branch.yes : branch.no;
      return sum + branch * 2n ** 8n;
    },
    linearOutput(base, inputs),
  );

/** `lane` is that of the ten which the unit belongs to. */
export type Unit = { lane: bigint; slope: bigint; bias: bigint };
export type Output = { bias: bigint; weights: bigint[] };
export type Layer = { multiplier: bigint; shift: bigint; outputs: Output[] };
export type Dense = { base: Linear; multiplier: bigint; shift: bigint; units: Unit[]; layers: Layer[] };

const at = <T>(list: T[], k: number): T => {
  const item = list[k];
  if (item === undefined) throw new RangeError(`nothing at ${k} of ${list.length}`);
  return item;
};

const count = (n: number): number[] => Array.from({ length: n }, (_, k) => k);

const bias24 = (bias: bigint): Field => [bias + 2n ** 23n, 3n];
const weight8 = (weight: bigint): Field => [weight + 128n, 1n];

const layerHeader = (width: number, multiplier: bigint, shift: bigint): Field[] => [
  [BigInt(width), 2n],
  [multiplier, 4n],
  [shift, 1n],
];

const unitsFields = ({ units, multiplier, shift }: Dense): Field[] => [
  ...layerHeader(units.length, multiplier, shift),
  ...count(Math.ceil(units.length / 10)).flatMap((ten): Field[] => {
    const { lane } = at(units, 10 * ten);
    const members = count(10).map((k) => units[10 * ten + k] ?? { lane, slope: 0n, bias: 0n });
    return [
      [16n * lane, 1n],
      ...members.map(({ slope }): Field => [slope, 3n]),
      ...members.map(({ bias }): Field => bias24(bias)),
    ];
  }),
];

const wideFields = (outputs: Output[]): Field[] => [
  ...[0, 1, 2].flatMap((j) => count(10).map((k) => bias24(at(outputs, 3 * k + j).bias))),
  ...at(outputs, 0).weights.flatMap((_, input) => outputs.map(({ weights }) => weight8(at(weights, input)))),
];

const narrowFields = (outputs: Output[], inputs: number): Field[] => {
  const padded = count(10).map((k) => outputs[k] ?? { bias: 0n, weights: [] });
  return [
    ...padded.map(({ bias }) => bias24(bias)),
    ...count(Math.ceil(inputs / 3)).flatMap((word) =>
      padded.flatMap(({ weights }) => [0, 1, 2].map((j) => weight8(weights[3 * word + j] ?? 0n))),
    ),
  ];
};

const layerFields = ({ multiplier, shift, outputs }: Layer, isLast: boolean): Field[] => {
  const wide = isLast ? 0 : Math.floor(outputs.length / 30);
  const inputs = at(outputs, 0).weights.length;
  return [
    ...layerHeader(outputs.length, multiplier, shift),
    ...count(wide).flatMap((k) => wideFields(outputs.slice(30 * k, 30 * k + 30))),
    ...count(Math.ceil((outputs.length - 30 * wide) / 10)).flatMap((k) =>
      narrowFields(outputs.slice(30 * wide + 10 * k, 30 * wide + 10 * k + 10), inputs),
    ),
  ];
};

export const denseBlob = (model: Dense): string => {
  const layers = model.layers.flatMap((layer, k) => layerFields(layer, k + 1 === model.layers.length));
  return `0x${linearPart(3n, model.base)}${bytesOf([[BigInt(model.layers.length), 1n], ...unitsFields(model), ...layers])}`;
};

const scaled = (sum: bigint, multiplier: bigint, shift: bigint): bigint =>
  limit(floorShift(sum * multiplier + 2n ** (shift - 1n), shift), 0n, 127n);

/** The activations of every layer, the units' first; the sums of the last. */
export const denseTrace = (model: Dense, inputs: bigint[]): bigint[][] => {
  const trace = [
    model.units.map(({ lane, slope, bias }) =>
      scaled(slope * (at(inputs, Number(lane)) + 2n ** 15n) + bias, model.multiplier, model.shift),
    ),
  ];
  for (const [k, { multiplier, shift, outputs }] of model.layers.entries()) {
    const from = at(trace, k);
    const sums = outputs.map(({ bias, weights }) =>
      weights.reduce((sum, weight, input) => sum + weight * at(from, input), bias),
    );
    trace.push(k + 1 === model.layers.length ? sums : sums.map((sum) => scaled(sum, multiplier, shift)));
  }
  return trace;
};

export const denseOutput = (model: Dense, inputs: bigint[]): bigint => {
  const sums = denseTrace(model, inputs).at(-1) ?? [];
  const { multiplier } = at(model.layers, model.layers.length - 1);
  return sums.reduce((total, sum) => total + sum, 0n) * multiplier + linearOutput(model.base, inputs);
};
