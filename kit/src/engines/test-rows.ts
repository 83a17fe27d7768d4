// Rows of lanes that bring out what an engine may get wrong on one model: extremes, thresholds, clamps, and anything.
import type { Model } from "../models.ts";

/** An odd number, and enough for a last, partial batch of every engine that cuts batches. */
const ROWS = 515;
const CHOSEN_VALUES = 250; // at most, of one lane; every second row takes the next one

const MIN_LANE = -(2 ** 15);
const MAX_LANE = 2 ** 15 - 1;
const EXTREMES = [MIN_LANE, MAX_LANE, 0, -1, 1];
const SEED = 0x9e3779b9;

/** Whole numbers below a bound, the same on every machine: xorshift. */
const createNumbers = (): ((below: number) => number) => {
  let state = SEED;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
};

const isLane = (value: number): boolean => Number.isInteger(value) && value >= MIN_LANE && value <= MAX_LANE;

/** The lane at which a unit's activation leaves 0 or reaches its most: sum · multiplier / 2^shift = `level`. */
const crossing = (model: Model & { kind: "dense" }, unit: number, level: number): number => {
  const { slope, bias } = model.units[unit] ?? { slope: 0, bias: 0 };
  const { multiplier, shift } = model.unitScale;
  return Math.ceil(((level * 2 ** shift) / multiplier - bias) / slope) - 2 ** 15;
};

/** Values of `lane` on both sides of where the model's answer changes. */
const decisions = (model: Model, lane: number): number[] => {
  switch (model.kind) {
    case "linear":
      return [];
    case "forest":
      return model.trees.flatMap(({ nodes }) =>
        nodes.flatMap((node) => (node.lane === lane ? [node.threshold, node.threshold + 1] : [])),
      );
    case "dense":
      return model.units.flatMap((unit, k) =>
        unit.lane === lane
          ? [0.5, 126.5].map((level) => crossing(model, k, level)).flatMap((value) => [value - 1, value])
          : [],
      );
  }
};

/** Up to `CHOSEN_VALUES` decisions of each lane, evenly taken, and the extremes. */
const chosenValues = (model: Model): number[][] =>
  model.weights.map((_, lane) => {
    const all = [...new Set(decisions(model, lane))].filter(isLane);
    const step = Math.max(1, all.length / CHOSEN_VALUES);
    const chosen = Array.from(
      { length: Math.min(all.length, CHOSEN_VALUES) },
      (_, k) => all[Math.floor(k * step)] ?? 0,
    );
    return [...EXTREMES, ...chosen];
  });

/** The same rows for the same model, always. */
export const testRows = (model: Model): number[][] => {
  const next = createNumbers();
  const values = chosenValues(model);
  const anyLane = (): number => MIN_LANE + next(2 ** 16);
  const nearLane = (): number => next(2 ** 12) - 2 ** 11;
  const chosenLane = (lane: number, row: number): number => {
    const ofLane = values[lane] ?? EXTREMES;
    return ofLane[((row >> 1) + 7 * lane) % ofLane.length] ?? 0; // lanes reach their extremes in different rows
  };
  return Array.from({ length: ROWS }, (_, row) => {
    const isChosen = row % 2 === 1;
    const isAny = row % 4 === 0;
    return model.weights.map(
      (_, lane) => EXTREMES[row] ?? (isChosen ? chosenLane(lane, row) : isAny ? anyLane() : nearLane()),
    );
  });
};
