import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fitLine, predict, rSquared } from "./least-squares.ts";

const near = (actual: number, expected: number, tolerance = 1e-5) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`);

/** A fixed zigzag that no polynomial of low degree follows. */
const zigzag = (k: number) => Math.sin(k * 12.9898) * 43_758.5453 - Math.floor(Math.sin(k * 12.9898) * 43_758.5453);

describe("fitLine", () => {
  it("keeps the prior of inputs that hardly move, and lets rows outvote it where they do", () => {
    // The second input moves by a hundredth and the noise happens to follow it: a slope of −20 that means nothing.
    const rows = Array.from({ length: 40 }, (_, k) => {
      const [fast, slow] = [Math.sin(k), k / 4000];
      return { inputs: [fast, slow], target: 0.8 * fast - 20 * slow };
    });

    const [fast = 0, slow = 0] = fitLine(rows, { weights: [0.5, 0.5], strength: 0.05 }).weights;
    const [, alone = 0] = fitLine(rows).weights;

    assert.ok(Math.abs(fast - 0.8) < 0.05, `fast ${fast}`);
    assert.ok(Math.abs(slow - 0.5) < 0.1, `slow ${slow}`);
    assert.ok(Math.abs(alone + 20) < 0.01, `without a prior ${alone}`);
  });

  it("finds the line behind exact data, whatever the scale of the inputs", () => {
    const rows = Array.from({ length: 50 }, (_, k) => {
      const inputs = [zigzag(k), 1_000 * zigzag(k + 99), 0.001 * k];
      return { inputs, target: 3 - 2 * (inputs[0] ?? 0) + 0.5 * (inputs[1] ?? 0) + 40 * (inputs[2] ?? 0) };
    });
    const { bias, weights } = fitLine(rows);

    near(bias, 3);
    for (const [j, weight] of [-2, 0.5, 40].entries()) near(weights[j] ?? 0, weight);
  });

  it("agrees with the textbook formula for one noisy input", () => {
    const rows = [
      [1, 2],
      [2, 3],
      [4, 3],
      [5, 6],
    ].map(([x = 0, target = 0]) => ({ inputs: [x], target }));
    const { bias, weights } = fitLine(rows);

    near(weights[0] ?? 0, 0.8); // Σ(x−3)(y−3.5) / Σ(x−3)² = 8 / 10
    near(bias, 1.1);
  });

  it("gives an input that never varies no weight", () => {
    const rows = [1, 2, 3, 4].map((x) => ({ inputs: [x, 7], target: 2 * x }));
    const { weights } = fitLine(rows);

    near(weights[0] ?? 0, 2);
    near(weights[1] ?? 1, 0);
  });
});

describe("predict", () => {
  it("adds bias and weighted inputs", () => assert.equal(predict({ bias: 1, weights: [2, -3] }, [10, 1]), 18));
});

describe("rSquared", () => {
  const targets = [1, 2, 3, 6];

  it("is one for the truth, zero for the mean, negative for worse", () => {
    assert.equal(rSquared(targets.map((target) => ({ guess: target, target }))), 1);
    assert.equal(rSquared(targets.map((target) => ({ guess: 3, target }))), 0);
    assert.ok(rSquared(targets.map((target) => ({ guess: -target, target }))) < 0);
  });
});
