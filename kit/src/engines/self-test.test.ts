import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { decodeModel, evaluate, type Model } from "../models.ts";
import type { Engine } from "./engine.ts";
import { knownAnswers } from "./known-answers.ts";
import { missedAnswer, selfTest } from "./self-test.ts";
import { testRows } from "./test-rows.ts";
import { createTypescriptEngine } from "./typescript.ts";

type Vector = { name?: string; blob: string; cases: [lanes: string, output: string][] };
const vectorsOf = (kind: Model["kind"]): Vector[] =>
  JSON.parse(readFileSync(new URL(`../../../test/vectors/${kind}.json`, import.meta.url), "utf8"));

const modelOf = (kind: Model["kind"], name?: string): Model =>
  decodeModel((vectorsOf(kind).find((vector) => vector.name === name)?.blob ?? assert.fail()) as `0x${string}`);

describe("known answers", () => {
  it("SIG-1: are those of the vectors, of every kind of model", () => {
    const kinds = new Set<string>();
    for (const { blob, lanes, output } of knownAnswers) {
      const { kind } = decodeModel(blob);
      kinds.add(kind);
      const vector = vectorsOf(kind).find((one) => one.blob === blob);
      assert.equal(vector?.cases.find(([input]) => input === lanes)?.[1], output.toString());
    }
    assert.deepEqual([...kinds].sort(), ["dense", "forest", "linear"]);
  });

  it("SIG-1: are what the reference answers, and catch one that is off by a unit of 2^-32", () => {
    assert.equal(missedAnswer(), undefined);
    const broken = (model: Model, lanes: number[]) => evaluate(model, lanes) + (model.kind === "dense" ? 1n : 0n);
    const missed = missedAnswer(broken) ?? assert.fail("nothing was missed");
    assert.equal(missed.actual, missed.output + 1n);
  });
});

/** The reference, but for the rows on which `isWrong`. */
const wrongOn = (model: Model, isWrong: (lanes: number[], batch: number) => boolean): Engine => {
  const engine = createTypescriptEngine(model);
  const inputs = model.weights.length;
  return {
    ...engine,
    run: async (lanes, outputs) => {
      engine.run(lanes, outputs);
      for (let k = 0; k < outputs.length; k += 1) {
        const row = Array.from(lanes.subarray(k * inputs, (k + 1) * inputs));
        if (isWrong(row, outputs.length)) outputs[k] = (outputs[k] ?? 0n) - 1n;
      }
    },
  };
};

describe("self-test", () => {
  const dense = modelOf("dense", "64-128-64-3");
  const forest = modelOf("forest", "100 trees of depth 3");

  for (const model of [modelOf("linear"), forest, dense]) {
    it(`SIG-1: passes the reference itself: ${model.kind}`, async () => {
      assert.equal(await selfTest(createTypescriptEngine(model), model), undefined);
    });
  }

  it("SIG-1: names the row on which an engine differs, and both answers", async () => {
    const isWrong = (lanes: number[]) => lanes.every((lane) => lane === 2 ** 15 - 1);
    const difference = (await selfTest(wrongOn(dense, isWrong), dense)) ?? assert.fail("it passed");
    assert.deepEqual(difference.lanes, [32_767, 32_767, 32_767, 32_767, 32_767, 32_767]);
    assert.equal(difference.expected, evaluate(dense, difference.lanes));
    assert.equal(difference.actual, difference.expected - 1n);
  });

  it("SIG-1: catches an engine that is wrong in batches of one row only, or in larger ones only", async () => {
    assert.ok(
      await selfTest(
        wrongOn(dense, (_, batch) => batch === 1),
        dense,
      ),
    );
    assert.ok(
      await selfTest(
        wrongOn(dense, (_, batch) => batch > 1),
        dense,
      ),
    );
  });

  it("SIG-1: catches a forest that takes a lane equal to a threshold to the right", async () => {
    const { nodes } = forest.kind === "forest" ? (forest.trees[0] ?? assert.fail()) : assert.fail();
    const { lane, threshold } = nodes[0] ?? assert.fail();
    assert.ok(
      await selfTest(
        wrongOn(forest, (lanes) => lanes[lane] === threshold),
        forest,
      ),
    );
  });
});

describe("test rows", () => {
  const model = modelOf("dense", "64-128-64-3");

  it("are the same in every run", () => {
    assert.deepEqual(testRows(model), testRows(model));
  });

  it("bring units to both clamps, and next to them", () => {
    if (model.kind !== "dense") assert.fail();
    const { unitScale, units } = model;
    const scaled = testRows(model).flatMap((lanes) =>
      units.map(({ lane, slope, bias }) => {
        const sum = slope * ((lanes[lane] ?? 0) + 2 ** 15) + bias;
        return (sum * unitScale.multiplier) / 2 ** unitScale.shift + 0.5;
      }),
    );
    assert.ok(scaled.some((value) => value < 0));
    assert.ok(scaled.some((value) => value >= 0 && value < 1));
    assert.ok(scaled.some((value) => value >= 127 && value < 128));
    assert.ok(scaled.some((value) => value >= 128));
  });
});
