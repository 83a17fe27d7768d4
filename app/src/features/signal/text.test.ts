import assert from "node:assert/strict";
import { test } from "node:test";
import { featureSets } from "@aibot/kit/features";
import type { DenseModel, ForestModel, LinearModel } from "@aibot/kit/models";
import { createFormat } from "../../format.ts";
import { de } from "../../messages/de.ts";
import { en } from "../../messages/en.ts";
import { correctionText, factorText, kindText, log2Text, percentOf, wadText } from "./text.ts";

const f = createFormat("en");
const ONE = 1n << 32n;

test("integers of a forecast become text", () => {
  assert.equal(percentOf(f, -2n * ONE), "25.0\u00a0%");
  assert.equal(log2Text(f, ONE / 4n), "+0.250");
  assert.equal(log2Text(f, -ONE - ONE / 2n), "\u22121.500");
  assert.equal(log2Text(f, 0n), "0.000");
  assert.equal(factorText(f, ONE), "2.00×");
  assert.equal(wadText(f, -(10n ** 18n) / 8n), "\u22120.125");
});

test("a model is told by its kind", () => {
  const linear = { kind: "linear", weights: Array(6) } as unknown as LinearModel;
  const forest = { ...linear, kind: "forest", trees: Array(100) } as unknown as ForestModel;
  const dense = { ...linear, kind: "dense", layers: Array(3) } as unknown as DenseModel;

  assert.equal(kindText(en, f, linear), "linear, 6 inputs");
  assert.equal(kindText(en, f, forest), "linear, 6 inputs, and a forest of 100 trees");
  assert.equal(kindText(en, f, dense), "linear, 6 inputs, and a network of 3 layers");
  assert.deepEqual(
    [linear, forest, dense].map((model) => correctionText(en, f, model)),
    [undefined, "100 trees together", "network of 3 layers"],
  );
});

test("every feature has a name and a meaning of its own in German; English has kit's", () => {
  for (const { lanes } of Object.values(featureSets)) {
    for (const { name, meaning } of lanes) {
      assert.equal(en.signal.features.meaning(name, meaning), meaning);
      assert.notEqual(de.signal.features.meaning(name, meaning), meaning, name);
      assert.notEqual(de.signal.features.name(name, meaning), name);
    }
    const meanings = lanes.map(({ name, meaning }) => de.signal.features.meaning(name, meaning));
    assert.equal(new Set(meanings).size, lanes.length);
  }
});
