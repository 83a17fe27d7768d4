// Models of the sizes that the bench speaks of. What they forecast does not matter, so their numbers come from a
// generator; gas depends on their shapes alone.
import type { DenseModel, ForestModel, LinearModel, LinearPart } from "@aibot/kit/models";

const TREES = 100;
const DEPTH = 3;
const UNITS = 64;
const WIDTHS = [128, 64, 3];

/** Multiplications of the network: every layer's outputs times its inputs. */
export const denseMacs = WIDTHS.reduce(({ inputs, macs }, width) => ({ inputs: width, macs: macs + inputs * width }), {
  inputs: UNITS,
  macs: 0,
}).macs;

/** Whole numbers from `least` to `most`, the same in every run: a linear congruential generator. */
const numbers = (seed: number) => {
  let state = BigInt(seed);
  return (least: number, most: number): number => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % 2n ** 64n;
    return least + Number((state >> 33n) % BigInt(most - least + 1));
  };
};

/** Another model with the same linear part, so that it may serve the same market. */
const linearPart = ({ kind: _, ...part }: LinearModel): LinearPart => part;

export const forestModel = (linear: LinearModel): ForestModel => {
  const next = numbers(1);
  const inputs = linear.weights.length;
  const threshold = () => next(-8_192, 2_048); // log2 of volatility per period from 2^-8 to 2^2, Q10
  const trees = Array.from({ length: TREES }, () => ({
    nodes: Array.from({ length: 2 ** DEPTH - 1 }, () => ({ lane: next(0, inputs - 1), threshold: threshold() })),
    leaves: Array.from({ length: 2 ** DEPTH }, () => BigInt(next(-65_536, 65_536))),
  }));
  return { ...linearPart(linear), kind: "forest", depth: DEPTH, trees };
};

export const denseModel = (linear: LinearModel): DenseModel => {
  const next = numbers(2);
  const inputs = linear.weights.length;
  const units = Array.from({ length: UNITS }, (_, k) => ({
    ...{ lane: Math.floor(k / 10) % inputs, slope: next(1, 100), bias: -next(0, 2_000_000) },
  }));
  const layers = WIDTHS.map((width, k) => {
    const isLast = k === WIDTHS.length - 1;
    const row = () => Array.from({ length: WIDTHS[k - 1] ?? UNITS }, () => next(-128, 127));
    return {
      ...(isLast ? { multiplier: 1_000, shift: 0 } : { multiplier: 300, shift: 20 }),
      biases: Array.from({ length: width }, () => next(-10_000, 100_000)),
      weights: Array.from({ length: width }, row),
    };
  });
  return { ...linearPart(linear), kind: "dense", unitScale: { multiplier: 300, shift: 20 }, units, layers };
};
