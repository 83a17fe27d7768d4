import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createRandom, normal } from "./random.ts";
import { compareWith, qlikes, scoreOf } from "./scores.ts";

const near = (actual: number, expected: number, tolerance = 1e-12) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`);

const forecasts = (values: number[], targets: number[]) => ({
  values: Float64Array.from(values),
  targets: Float64Array.from(targets),
  horizon: 1,
});

describe("scores of forecasts", () => {
  it("are one and zero for the truth, zero for the mean", () => {
    const truth = scoreOf(forecasts([1, 2, 3, 6], [1, 2, 3, 6]));
    assert.deepEqual([truth.r2.value, truth.r2.error, truth.qlike.value], [1, 0, 0]);
    assert.deepEqual(scoreOf(forecasts([3, 3, 3, 3], [1, 2, 3, 6])).r2, { value: 0, error: 0 }); // whatever is drawn
  });

  it("give half the variance that came a QLIKE of 2 − ln 2 − 1, and twice of it ½ − ln ½ − 1", () => {
    const [low, high] = qlikes(forecasts([0.5, 1.5], [1, 1]));
    near(low ?? 0, 1 - Math.log(2));
    near(high ?? 0, Math.log(2) - 0.5);
  });

  it("have an R² whose error is that of many repetitions", () => {
    const random = createRandom(9);
    const draw = () => {
      const targets = Array.from({ length: 500 }, () => normal(random));
      return scoreOf(
        forecasts(
          targets.map((target) => 0.6 * target + 0.5 * normal(random)),
          targets,
        ),
      ).r2;
    };
    const drawn = Array.from({ length: 400 }, draw);
    const mean = drawn.reduce((sum, { value }) => sum + value, 0) / drawn.length;
    const spread = Math.sqrt(drawn.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / drawn.length);
    const stated = drawn.reduce((sum, { error }) => sum + error, 0) / drawn.length;
    assert.ok(Math.abs(stated / spread - 1) < 0.15, `stated ${stated}, found ${spread}`);
  });

  it("are positive against HAR where the forecasts are better, by either loss", () => {
    const random = createRandom(10);
    const targets = Array.from({ length: 300 }, () => normal(random));
    const around = (noise: number) =>
      forecasts(
        targets.map((target) => target + noise * normal(random)),
        targets,
      );
    const { squaredError, qlike } = compareWith(around(0.5), around(0.2)).againstHar;
    assert.ok(squaredError.statistic > 3 && squaredError.p < 0.01);
    assert.ok(qlike.statistic > 3 && qlike.p < 0.01);
  });
});
