import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { incompleteBeta, logGamma, twoSidedP } from "./student.ts";

const near = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`);

describe("the logarithm of the gamma function", () => {
  it("is that of factorials, and of √π at a half", () => {
    near(logGamma(1), 0, 1e-10);
    near(logGamma(5), Math.log(24), 1e-10);
    near(logGamma(21), Math.log(2_432_902_008_176_640_000), 1e-10);
    near(logGamma(0.5), Math.log(Math.PI) / 2, 1e-10);
  });
});

describe("the incomplete beta function", () => {
  it("has its closed forms", () => {
    near(incompleteBeta(0.3, 1, 1), 0.3, 1e-12);
    near(incompleteBeta(0.3, 2, 1), 0.09, 1e-12);
    near(incompleteBeta(0.3, 1, 3), 1 - 0.7 ** 3, 1e-12);
    near(incompleteBeta(0.9, 1, 3), 1 - 0.1 ** 3, 1e-12);
    near(incompleteBeta(0.9, 2, 2), 3 * 0.81 - 2 * 0.729, 1e-12);
  });

  it("ends at zero and one", () => {
    assert.equal(incompleteBeta(0, 3, 2), 0);
    assert.equal(incompleteBeta(1, 3, 2), 1);
  });
});

describe("Student's two-sided p", () => {
  // Critical values of any textbook's table.
  const table: [t: number, degrees: number, p: number][] = [
    [12.706, 1, 0.05],
    [2.776, 4, 0.05],
    [2.228, 10, 0.05],
    [3.169, 10, 0.01],
    [1.697, 30, 0.1],
    [1.984, 100, 0.05],
    [2.576, 1_000_000, 0.01],
  ];
  for (const [t, degrees, p] of table) {
    it(`of ${t} with ${degrees} degrees of freedom is ${p}`, () => near(twoSidedP(t, degrees), p, 2e-4 * Math.sqrt(p)));
  }

  it("is one at zero, the same for both signs, and Cauchy's with one degree", () => {
    assert.equal(twoSidedP(0, 7), 1);
    assert.equal(twoSidedP(-1.3, 7), twoSidedP(1.3, 7));
    near(twoSidedP(1, 1), 0.5, 1e-12);
  });
});
