import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Batch, createTraining, fillGradient, forward, initialise, layout, type Network } from "./network.ts";
import { createRandom } from "./random.ts";

const shape = { inputs: 3, hidden: 5 };

const batchOf = (rows: number, target: (inputs: number[]) => number, seed = 1): Batch => {
  const random = createRandom(seed);
  const all = Array.from({ length: rows }, () => Array.from({ length: shape.inputs }, () => random.unit()));
  return { inputs: Float64Array.from(all.flat()), values: Float64Array.from(all, target) };
};

const outputs = (network: Network, batch: Batch) =>
  Array.from(batch.values, (_, row) => forward(network, batch.inputs, row, new Float64Array(network.shape.hidden)));

const lossOf = (network: Network, batch: Batch, rows: number[]): number =>
  rows.reduce((sum, row) => sum + ((outputs(network, batch)[row] ?? 0) - (batch.values[row] ?? 0)) ** 2 / 2, 0) /
  rows.length;

describe("the network", () => {
  it("computes clamped sums, worked by hand", () => {
    // Two units: 0.5 + 2·0.2 − 1·0.3 = 0.6, and 0.1 + 3·0.2 + 4·0.3 = 1.9, clamped to 1.
    const network = { shape: { inputs: 2, hidden: 2 }, parameters: Float64Array.of(2, -1, 3, 4, 0.5, 0.1, 10, 100, 7) };
    const output = forward(network, Float64Array.of(0.2, 0.3), 0, new Float64Array(2));
    assert.ok(Math.abs(output - (7 + 10 * 0.6 + 100)) < 1e-12);
  });

  it("has the gradient that finite differences show", () => {
    const batch = batchOf(20, ([a = 0, b = 0]) => Math.sin(6 * a) + b);
    const network = initialise(shape, batch, 3);
    const random = createRandom(8);
    const { outputs: first, count } = layout(shape);
    for (let k = first; k < count; k += 1) network.parameters[k] = random.unit() - 0.5;
    const rows = [0, 3, 4, 11, 19];
    const gradient = new Float64Array(count);
    fillGradient(network, batch, rows, gradient);

    const step = 1e-6;
    for (let k = 0; k < count; k += 1) {
      const at = (change: number) => {
        const parameters = network.parameters.slice();
        parameters[k] = (parameters[k] ?? 0) + change;
        return lossOf({ shape, parameters }, batch, rows);
      };
      const slope = (at(step) - at(-step)) / (2 * step);
      assert.ok(Math.abs(slope - (gradient[k] ?? 0)) < 1e-7, `parameter ${k}: ${gradient[k]}, by differences ${slope}`);
    }
    assert.ok(gradient.filter((one) => one !== 0).length > count / 2, "most units are open somewhere");
  });
});

describe("training", () => {
  const batch = batchOf(2_000, ([a = 0, b = 0]) => (a > 0.5 ? b : -b));
  const training = () => createTraining({ shape: { ...shape, hidden: 12 }, batch, seed: 1, largestWeight: 5 });

  it("begins with a network that says nothing", () => {
    assert.ok(outputs(training().network, batch).every((output) => output === 0));
  });

  it("learns what no line follows, with weights within their bound", () => {
    const { network, step } = training();
    for (let k = 0; k < 3_000; k += 1) step();
    const rows = Array.from(batch.values, (_, row) => row);
    const variance = batch.values.reduce((sum, value) => sum + value ** 2, 0) / 2 / rows.length;
    assert.ok(lossOfAll(network) < 0.25 * variance, `loss ${lossOfAll(network)} of ${variance}`);
    assert.ok(network.parameters.subarray(0, 36).every((weight) => Math.abs(weight) <= 5));
  });

  const lossOfAll = (network: Network): number => {
    const said = outputs(network, batch);
    return batch.values.reduce((sum, value, row) => sum + (value - (said[row] ?? 0)) ** 2 / 2, 0) / said.length;
  };

  it("is the same in every run", () => {
    const [one, two] = [training(), training()];
    for (let k = 0; k < 50; k += 1) {
      one.step();
      two.step();
    }
    assert.deepEqual(one.network.parameters, two.network.parameters);
  });
});
