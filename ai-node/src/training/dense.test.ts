import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { denseCorrection } from "@aibot/kit/dense";
import { decodeModel, encodeModel, type LinearModel } from "@aibot/kit/models";
import { createDenseTraining, denseOf, inputsOf, outputsOf, parted, rampsOf } from "./dense.ts";
import { createRandom, normal } from "./random.ts";

const random = createRandom(6);
const ROWS = 3_000;
const lanes = [300, 40, 900, 5, 120, 2_000].map((spread) =>
  Int16Array.from({ length: ROWS }, () => Math.round(spread * normal(random)) - 5_000),
);
const values = Float64Array.from({ length: ROWS }, (_, row) => Math.abs((lanes[0]?.[row] ?? 0) + 5_000) / 400 - 0.6);
const linear: LinearModel = {
  ...{ kind: "linear", featureSet: 1, period: 3_600, horizon: 5, minCandles: 10, closeToRange: 0n, bias: 0n },
  weights: [0n, 0n, 0n, 0n, 0n, 0n],
};
const rowOf = (row: number) => lanes.map((lane) => lane[row] ?? 0);

describe("ramps", () => {
  const ramps = rampsOf(lanes);

  it("are ten a lane, and rise with it from nothing to one", () => {
    assert.deepEqual(
      ramps.units.map(({ lane }) => lane),
      Array.from({ length: 60 }, (_, k) => Math.floor(k / 10)),
    );
    for (const [lane, all] of lanes.entries()) {
      const sorted = all.toSorted();
      const inputs = inputsOf(
        ramps,
        lanes.map(() => sorted),
      ).filter((_, k) => k % 6 === lane);
      assert.ok(
        inputs.every((input, k) => input >= (inputs[k - 1] ?? 0) && input <= 1),
        `lane ${lane}`,
      );
      assert.ok((inputs[0] ?? 1) < 0.05 && (inputs.at(-1) ?? 0) > 0.9, `lane ${lane}: ${inputs[0]} … ${inputs.at(-1)}`);
    }
  });

  it("are read by the chain as they were in training", () => {
    // A network that passes one lane's ramps on: m · Σ activations.
    for (let lane = 0; lane < 6; lane += 1) {
      const weights = [ramps.units.map((unit) => (unit.lane === lane ? 1 : 0))];
      const passing = { ...ramps, layers: [{ multiplier: 1, shift: 0, biases: [0], weights }] };
      for (let row = 0; row < 50; row += 1) {
        const input =
          inputsOf(
            ramps,
            rowOf(row).map((value) => [value]),
          )[lane] ?? 0;
        assert.equal(Number(denseCorrection(passing, rowOf(row))), Math.round(input * 1_270));
      }
    }
  });

  it("exist for a lane that never moves", () => {
    const still = lanes.map(() => new Int16Array(100));
    assert.doesNotThrow(() =>
      encodeModel(denseOf(linear, createDenseTraining({ lanes: still, values: new Float64Array(100) }, 1))),
    );
  });
});

describe("parts of a whole number", () => {
  it("add up to it, and run along with it", () => {
    for (const sum of [-1_270, -517, -3, -1, 0, 1, 9, 10, 516, 1_270]) {
      const parts = parted(sum, 10);
      assert.equal(
        parts.reduce((total, part) => total + part, 0),
        sum,
      );
      let running = 0;
      for (const [k, part] of parts.entries()) {
        running += part;
        assert.ok(Math.abs(running - (sum * (k + 1)) / 10) <= 0.5, `${sum}, ${k}`);
        assert.ok(Math.abs(part) <= 127);
      }
    }
  });
});

describe("the network on chain", () => {
  const training = createDenseTraining({ lanes, values }, 1);
  for (let k = 0; k < 20; k += 1) training.round();
  const model = decodeModel(encodeModel(denseOf(linear, training)));
  const floats = outputsOf(training.network, inputsOf(training.ramps, lanes));
  const integers = floats.map((_, row) =>
    model.kind === "dense" ? Number(denseCorrection(model, rowOf(row))) / 2 ** 32 : Number.NaN,
  );

  it("has learnt", () => {
    const square = (of: (row: number) => number) => values.reduce((sum, _, row) => sum + of(row) ** 2, 0) / ROWS;
    const left = square((row) => (values[row] ?? 0) - (integers[row] ?? 0));
    assert.ok(left < 0.2 * square((row) => values[row] ?? 0), `${left} left over`);
  });

  it("says in integers what it was trained to say: int8 costs two hundredths at most", () => {
    const worst = floats.reduce((most, float, row) => Math.max(most, Math.abs(float - (integers[row] ?? 0))), 0);
    assert.ok(worst < 0.02, `${worst}`);
  });
});
