import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alphaQ32 } from "@aibot/kit/features";
import { fitKinds, forecastsOf, type Kind } from "./kinds.ts";
import { collectSamples, knownBy, type Sample } from "./samples.ts";
import { syntheticCandles } from "./synthetic.ts";
import { walkExpanding, walkFrozen } from "./walk-forward.ts";

const HORIZON = 4;
const REFIT_EVERY = 50;
const kinds: Kind[] = ["linear", "forest"];
const efforts = { trees: 5, rounds: 0 };
const terms = { featureSet: 1, period: 3_600, horizon: HORIZON, minCandles: 60, closeToRange: 0n };
const { samples } = collectSamples({
  candles: syntheticCandles({ count: 1_200, period: 3_600, seed: 11 }),
  alphasQ32: [2, 5, 10, 15, 3, 12].map((periods) => alphaQ32(1_000 * periods)),
  harWindows: [1, 5, 22],
  ...terms,
});
const test = samples.slice(900);
const training = knownBy(samples, test[0]?.closedAt ?? 0n);

const walk = (all: Sample[]) =>
  walkExpanding({ samples: all, test: all.slice(900), kinds, terms, efforts, refitEvery: REFIT_EVERY });

describe("the expanding window", () => {
  const { kinds: walked, har } = walk(samples);

  it("forecasts every test row once, by every kind and HAR", () => {
    assert.deepEqual(
      walked.map(({ kind }) => kind),
      kinds,
    );
    for (const series of [har, ...walked.flatMap(({ values, floats }) => [values, floats])])
      assert.equal(series.length, test.length);
  });

  it("refits each block on exactly what was known when its first row was made", () => {
    for (const block of [0, 1, 4]) {
      const rows = test.slice(block * REFIT_EVERY, (block + 1) * REFIT_EVERY);
      const known = samples.filter(({ knownAt }) => knownAt <= (rows[0]?.closedAt ?? 0n));
      assert.equal(known.length, 900 + block * REFIT_EVERY - HORIZON + 1); // the last outcomes are still open
      const [linear] = fitKinds({ kinds, rows: known, terms, efforts });
      const expected = linear ? forecastsOf(linear.model, rows) : undefined;
      assert.deepEqual(walked[0]?.values.slice(block * REFIT_EVERY, (block + 1) * REFIT_EVERY), expected);
    }
  });

  it("never looks ahead: other outcomes from a row on change no forecast before they are known", () => {
    const changed = samples.map((sample, k) => (k < 1_000 ? sample : { ...sample, target: sample.target + 1 }));
    const again = walk(changed);
    const firstAffected = 150; // the refit at row 1,050 is the first that knows the outcome of row 1,000
    for (const [k, { values }] of walked.entries()) {
      assert.deepEqual(again.kinds[k]?.values.slice(0, firstAffected), values.slice(0, firstAffected));
      assert.notDeepEqual(again.kinds[k]?.values.slice(firstAffected), values.slice(firstAffected));
    }
    assert.deepEqual(again.har.slice(0, firstAffected), har.slice(0, firstAffected));
  });
});

describe("the frozen window", () => {
  it("is the first block of the expanding one, kept to the end", () => {
    const fits = fitKinds({ kinds, rows: training, terms, efforts });
    const frozen = walkFrozen({ test, training, fits });
    const expanding = walk(samples);
    for (const [k, { values }] of frozen.kinds.entries()) {
      assert.deepEqual(values.slice(0, REFIT_EVERY), expanding.kinds[k]?.values.slice(0, REFIT_EVERY));
      assert.deepEqual(values, fits[k] && forecastsOf(fits[k].model, test));
    }
  });
});
