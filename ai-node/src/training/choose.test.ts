import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alphaQ32 } from "@aibot/kit/features";
import { chooseKind, simplestGood } from "./choose.ts";
import { meanOf } from "./hac.ts";
import { fitKinds, forecastsOf, kinds } from "./kinds.ts";
import { createRandom, normal } from "./random.ts";
import { collectSamples, type Sample } from "./samples.ts";
import { syntheticCandles } from "./synthetic.ts";

const terms = { featureSet: 1, period: 3_600, horizon: 3, minCandles: 60, closeToRange: 0n };
const { samples } = collectSamples({
  candles: syntheticCandles({ count: 3_000, period: 3_600, seed: 7 }),
  alphasQ32: [2, 5, 10, 15, 3, 12].map((periods) => alphaQ32(1_000 * periods)),
  harWindows: [1, 5, 22],
  ...terms,
});

/** The same features with another outcome. */
const withTarget = (target: (sample: Sample, noise: number) => number): Sample[] => {
  const random = createRandom(5);
  return samples.map((sample) => ({ ...sample, target: target(sample, normal(random)) }));
};
const straight = withTarget(({ inputs: [fast = 0, , slow = 0] }, noise) => 0.5 * fast + 0.4 * slow - 1 + 0.3 * noise);
const bent = withTarget(({ inputs: [fast = 0, , slow = 0] }, noise) => Math.abs(fast - slow) + 0.1 * noise);

describe("the choice of a kind", () => {
  it("is the linear model where the truth is a line", () => {
    const { kind, efforts } = chooseKind({ kinds, rows: straight, terms });
    assert.equal(kind, "linear");
    assert.ok(efforts.trees < 50 && efforts.rounds < 15, `stops early: ${JSON.stringify(efforts)}`);
  });

  it("is a forest or a network where the truth is bent", () => {
    const { kind, efforts, losses } = chooseKind({ kinds, rows: bent, terms });
    assert.notEqual(kind, "linear");
    assert.ok(efforts.trees > 20 && efforts.rounds > 2, JSON.stringify(efforts));
    const [linear, forest, dense] = losses.map(({ squaredError }) => squaredError) as [number, number, number];
    assert.ok(forest < 0.7 * linear && dense < 0.7 * linear, JSON.stringify(losses));
  });

  it("gives the simpler kind a tie: all within a standard error of the best", () => {
    const random = createRandom(1);
    const losses = Float64Array.from({ length: 400 }, () => Math.abs(normal(random)));
    const drawn = losses.map(() => normal(random));
    const shifted = (by: number, noise: number) =>
      losses.map((loss, k) => loss + by + noise * ((drawn[k] ?? 0) - meanOf(drawn)));
    const chosen = (linear: Float64Array, forest: Float64Array) =>
      simplestGood(
        [
          { kind: "linear", losses: linear },
          { kind: "forest", losses: forest },
          { kind: "dense", losses: shifted(0.5, 0) },
        ],
        3,
      );
    assert.equal(chosen(losses, losses), "linear");
    assert.equal(chosen(shifted(0.01, 1), losses), "linear"); // a hundredth, in noise of one
    assert.equal(chosen(shifted(0.01, 0), losses), "forest"); // a hundredth on every row
  });
});

describe("fits of every kind", () => {
  const efforts = { trees: 30, rounds: 4 };
  const fits = fitKinds({ kinds, rows: bent, terms, efforts });

  it("are given in the order asked for, on one linear part", () => {
    assert.deepEqual(
      fits.map(({ kind, model }) => [kind, model.kind]),
      kinds.map((kind) => [kind, kind]),
    );
    const [linear, ...others] = fits.map(({ model }) => model);
    for (const { bias, weights } of others)
      assert.deepEqual({ bias, weights }, { bias: linear?.bias, weights: linear?.weights });
  });

  it("say in integers what their floats say", () => {
    for (const { kind, model, float } of fits) {
      const rows = bent.slice(-500);
      const [integers, floats] = [forecastsOf(model, rows), float(rows)];
      const worst = integers.reduce((most, value, row) => Math.max(most, Math.abs(value - (floats[row] ?? 0))), 0);
      assert.ok(worst < (kind === "dense" ? 0.02 : 1e-4), `${kind}: ${worst}`);
    }
  });
});
