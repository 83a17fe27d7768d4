import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeModel, encodeModel, evaluate, type LinearModel } from "@aibot/kit/models";
import { createBoosting, type Table, treeValue } from "./boosting.ts";
import { boostingOf, forestOf } from "./forest.ts";
import { createRandom, normal } from "./random.ts";

const tableOf = (lanes: number[][], values: number[]): Table => ({
  lanes: lanes.map((lane) => Int16Array.from(lane)),
  values: Float64Array.from(values),
});

describe("one tree", () => {
  // The second lane decides at 5, then the first at 2, on the left side only.
  const first = [1, 1, 3, 3, 1, 1, 3, 3];
  const second = [5, 5, 5, 5, 9, 9, 9, 9];
  const values = [-2, -2, 4, 4, 10, 10, 10, 10];
  const grown = (leastRows: number, rate = 1) =>
    createBoosting({ table: tableOf([first, second], values), depth: 2, rate, leastRows }).grow();

  it("splits where most is explained, with leaves drawn to zero by as many rows as a leaf must have", () => {
    const { lanes, thresholds, leaves } = grown(2);
    assert.deepEqual(lanes, [1, 0, 0]);
    // Right of 5 everything is 10: one leaf of four rows is drawn to zero less than two of two.
    assert.deepEqual(thresholds, [5, 1, 32_767]);
    assert.deepEqual(leaves, [-4 / 4, 8 / 4, 40 / 6, 0]);
  });

  it("does not split where a side would have too few rows", () => {
    assert.deepEqual(grown(3).lanes, [1, 0, 0]);
    assert.deepEqual(grown(3).thresholds, [5, 32_767, 32_767]);
    assert.deepEqual(grown(5).thresholds, [32_767, 32_767, 32_767]);
  });

  it("does not single out one row on either side", () => {
    const rising = [1, 2, 3, 4, 5, 6, 7, 8];
    for (const [outlier, expected] of [
      [7, 6],
      [0, 2],
    ] as const) {
      const table = tableOf(
        [rising],
        rising.map((_, row) => (row === outlier ? 100 : 0)),
      );
      assert.equal(createBoosting({ table, depth: 1, rate: 1, leastRows: 2 }).grow().thresholds[0], expected);
    }
  });

  it("keeps a part of its leaves and leaves the rest to the next", () => {
    const boosting = createBoosting({ table: tableOf([first, second], values), depth: 2, rate: 0.5, leastRows: 4 });
    const [one, two] = [boosting.grow(), boosting.grow()];
    assert.deepEqual([one.leaves[0], one.leaves[2]], [0.5 * (4 / 8), 0.5 * (40 / 8)]);
    assert.deepEqual([two.leaves[0], two.leaves[2]], [0.5 * ((4 - 4 * 0.25) / 8), 0.5 * ((40 - 4 * 2.5) / 8)]);
  });
});

describe("many trees", () => {
  const random = createRandom(4);
  const rows = 4_000;
  const lanes = [0, 1].map(() => Array.from({ length: rows }, () => random.below(2_000) - 1_000));
  const signal = (row: number) => ((lanes[0]?.[row] ?? 0) > 200 ? 1 : 0) * ((lanes[1]?.[row] ?? 0) > -300 ? 1 : -1);
  const values = Array.from({ length: rows }, (_, row) => signal(row) + 0.3 * normal(random));
  const linear: LinearModel = {
    ...{ kind: "linear", featureSet: 1, period: 3_600, horizon: 5, minCandles: 10, closeToRange: 0n, bias: 12_345n },
    weights: [100n, -200n, 3n, 0n, 5n, 7n],
  };
  const boosting = boostingOf(tableOf(lanes, values), linear.horizon);
  const trees = Array.from({ length: 100 }, () => boosting.grow());
  const sumOf = (inputs: number[]) => trees.reduce((sum, tree) => sum + treeValue(tree, (k) => inputs[k] ?? 0), 0);
  const inputsOf = (row: number) => [lanes[0]?.[row] ?? 0, lanes[1]?.[row] ?? 0, 0, 0, 0, 0];

  it("learn a product of steps that no line follows", () => {
    const error = Array.from({ length: rows }, (_, row) => (sumOf(inputsOf(row)) - signal(row)) ** 2);
    const mean = error.reduce((sum, one) => sum + one, 0) / rows;
    assert.ok(mean < 0.02, `mean squared error ${mean} of signals of size one`);
  });

  it("are the same trees again for the same rows", () => {
    const again = boostingOf(tableOf(lanes, values), linear.horizon);
    assert.deepEqual(
      trees.slice(0, 5),
      Array.from({ length: 5 }, () => again.grow()),
    );
  });

  it("become integers that say the same, but for the rounding of a hundred leaves", () => {
    const model = decodeModel(encodeModel(forestOf(linear, trees)));
    for (let row = 0; row < 200; row += 1) {
      const inputs = inputsOf(row);
      const correction = Number(evaluate(model, inputs) - evaluate(linear, inputs)) / 2 ** 32;
      assert.ok(Math.abs(correction - sumOf(inputs)) <= (trees.length * 0.5) / 2 ** 24, `row ${row}`);
    }
  });

  it("need not be: without any, the forest says what the line says", () => {
    const model = decodeModel(encodeModel(forestOf(linear, [])));
    assert.equal(evaluate(model, inputsOf(7)), evaluate(linear, inputsOf(7)));
  });
});
