import assert from "node:assert/strict";
import { test } from "node:test";
import type { DenseModel, ForestModel, LinearModel } from "@aibot/kit/models";
import { addendsOf, movedBy } from "./addends.ts";

const LINEAR: LinearModel = {
  kind: "linear",
  featureSet: 1,
  period: 86_400,
  horizon: 5,
  minCandles: 160,
  closeToRange: 700n,
  bias: 11n,
  weights: [10n, -20n, 0n, 3n, 0n, 1n],
};
const LANES = [5, -7, 9, -100, 1, 2];
// 10·5, −20·−7, 0·9, 3·−100, 0·1, 1·2
const PRODUCTS = [50n, 140n, 0n, -300n, 0n, 2n];
const LINEAR_OUTPUT = 11n + 50n + 140n - 300n + 2n;

test("a linear forecast is its products, its bias and two constants", () => {
  const addends = addendsOf({ model: LINEAR, lanes: LANES, output: LINEAR_OUTPUT, periodsPerYear: 256 });

  assert.deepEqual(
    addends.map(({ kind, amount }) => [kind, amount]),
    [
      ...PRODUCTS.map((amount) => ["lane", amount]),
      ["bias", 11n],
      ["closeToRange", 700n],
      ["periods", 4n << 32n], // log2(256) / 2
    ],
  );
});

test("a bias of zero is not listed", () => {
  const model = { ...LINEAR, bias: 0n };
  const kinds = addendsOf({ model, lanes: LANES, output: LINEAR_OUTPUT - 11n, periodsPerYear: 1 }).map(
    ({ kind }) => kind,
  );

  assert.ok(!kinds.includes("bias"));
});

test("what trees or a network add is one term: the output less the linear part", () => {
  for (const model of [
    { ...LINEAR, kind: "forest" } as ForestModel,
    { ...LINEAR, kind: "dense" } as unknown as DenseModel,
  ]) {
    const addends = addendsOf({ model, lanes: LANES, output: LINEAR_OUTPUT - 77n, periodsPerYear: 1 });
    assert.deepEqual(
      addends.filter(({ kind }) => kind === "correction").map(({ amount }) => amount),
      [-77n],
    );
    assert.equal(
      addends.reduce((sum, { amount }) => sum + amount, 0n),
      LINEAR_OUTPUT - 77n + 700n,
    );
  }
});

test("a feature moved a forecast by its weight times its change", () => {
  assert.deepEqual(movedBy(LINEAR, LANES, [4, -7, 0, -101, 0, 5]), [10n, 0n, 0n, 3n, 0n, -3n]);
});
