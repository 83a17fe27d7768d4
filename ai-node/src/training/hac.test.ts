import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compareLosses, lagsOf, meanOf, standardError } from "./hac.ts";
import { createRandom, normal } from "./random.ts";

const near = (actual: number, expected: number, tolerance = 1e-12) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`);

describe("standard errors of means", () => {
  // Deviations −1, −1, 1, 1 from the mean 2: autocovariances 4/4, 1/4, −2/4.
  const steps = [1, 1, 3, 3];

  it("are the textbook's without lags", () => near(standardError(steps, 0), Math.sqrt(1 / 4)));

  it("weigh the autocovariances by Bartlett, worked by hand", () => {
    near(standardError(steps, 1), Math.sqrt((1 + 2 * (1 / 2) * (1 / 4)) / 4));
    near(standardError(steps, 2), Math.sqrt((1 + 2 * ((2 / 3) * (1 / 4) + (1 / 3) * (-2 / 4))) / 4));
  });

  it("find the long-run variance of overlapping sums that lags of zero miss", () => {
    const [random, horizon, count] = [createRandom(3), 10, 40_000];
    const shocks = Array.from({ length: count + horizon }, () => normal(random));
    const sums = Array.from({ length: count }, (_, k) => shocks.slice(k, k + horizon).reduce((sum, x) => sum + x, 0));

    const truth = horizon / Math.sqrt(count); // each shock counts ten times

    const found = standardError(sums, lagsOf(count, horizon));
    assert.ok(found > 0.7 * truth && found < 1.2 * truth, `${found}, truth ${truth}`);
    assert.ok(standardError(sums, 0) < 0.4 * truth);
  });

  it("look at least as far as outcomes overlap, and at most at all", () => {
    for (const [count, horizon] of [
      [100, 5],
      [3_341, 5],
      [13_281, 24],
      [10, 24],
    ] as const) {
      const lags = lagsOf(count, horizon);
      assert.ok(lags >= Math.min(count, horizon) - 1 && lags < count, `${count} rows, ${horizon} ahead: ${lags}`);
    }
    assert.equal(lagsOf(100, 1), 4); // Newey and West's rule of thumb
  });
});

describe("comparison with a peer", () => {
  it("is Diebold and Mariano's statistic with the correction for small samples, worked by hand", () => {
    // Differences 1, 1, 3, 3: mean 2; with horizon 1, lags max(0, ⌊4 · 0.04^(2/9)⌋) = 1; correction √((4 − 1) / 4).
    const { statistic } = compareLosses({ losses: [0, 0, 0, 0], peer: [1, 1, 3, 3], horizon: 1 });
    const error = Math.sqrt((1 + 0.25) / 4);
    near(statistic, (Math.sqrt(3 / 4) * 2) / error);
  });

  it("has Student's p with one degree of freedom less than rows", () => {
    const { statistic, p } = compareLosses({ losses: [0, 0], peer: [0, 1], horizon: 1 });
    near(p, 1 - (2 / Math.PI) * Math.atan(Math.abs(statistic)), 1e-10); // Cauchy
  });

  it("changes its sign with the sides", () => {
    const [a, b] = [
      [1, 2, 4, 3, 5, 2],
      [2, 2, 5, 3, 7, 1],
    ];
    const [ours, theirs] = [
      compareLosses({ losses: a, peer: b, horizon: 2 }),
      compareLosses({ losses: b, peer: a, horizon: 2 }),
    ];
    near(ours.statistic, -theirs.statistic);
    near(ours.p, theirs.p);
    assert.ok(ours.statistic > 0 && meanOf(a) < meanOf(b));
  });

  it("has nothing to say of equal forecasts", () => {
    assert.deepEqual(compareLosses({ losses: [1, 2, 3], peer: [1, 2, 3], horizon: 1 }), { statistic: 0, p: 1 });
  });
});
