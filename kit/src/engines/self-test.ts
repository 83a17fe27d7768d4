// Is this engine, on this machine, the reference? Asked of the very model, before the first answer is used.
import { unpackLanes } from "../features.ts";
import { decodeModel, evaluate, type Model } from "../models.ts";
import type { Engine } from "./engine.ts";
import { type KnownAnswer, knownAnswers } from "./known-answers.ts";
import { testRows } from "./test-rows.ts";

export type Difference = { lanes: number[]; expected: bigint; actual: bigint };

/** The first known answer that `reference` misses. Nothing that a broken reference says is worth anything. */
export const missedAnswer = (reference: typeof evaluate = evaluate): (KnownAnswer & { actual: bigint }) | undefined => {
  for (const answer of knownAnswers) {
    const model = decodeModel(answer.blob);
    const actual = reference(model, unpackLanes(answer.lanes, model.weights.length));
    if (actual !== answer.output) return { ...answer, actual };
  }
  return undefined;
};

/** Batches of one row, which engines may treat specially. */
const SINGLES = 8;

/** The first row, generated for `model`, on which `engine` and the reference differ; in one batch and row by row. */
export const selfTest = async (engine: Engine, model: Model): Promise<Difference | undefined> => {
  const inputs = model.weights.length;
  const rows = testRows(model);
  const lanes = Int16Array.from(rows.flat());
  const outputs = new BigInt64Array(rows.length);
  await engine.run(lanes, outputs);

  const single = new BigInt64Array(1);
  for (const [k, row] of rows.entries()) {
    const expected = evaluate(model, row);
    if (outputs[k] !== expected) return { lanes: row, expected, actual: outputs[k] ?? 0n };
    if (k >= SINGLES) continue;
    await engine.run(lanes.subarray(k * inputs, (k + 1) * inputs), single);
    if (single[0] !== expected) return { lanes: row, expected, actual: single[0] ?? 0n };
  }
  return undefined;
};
