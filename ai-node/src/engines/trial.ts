// One engine, one model: does it give the reference's integers here, and how fast?
import type { Engine } from "@aibot/kit/engines/engine";
import { selfTest } from "@aibot/kit/engines/self-test";
import { testRows } from "@aibot/kit/engines/test-rows";
import { rootMessage } from "@aibot/kit/errors";
import type { Model } from "@aibot/kit/models";
import { estimatedMs, type Timing } from "./choose.ts";
import { inTime } from "./deadline.ts";
import type { EngineFactory } from "./factories.ts";

export type Trial = { kind: "passed"; engine: Engine } | { kind: "refused"; name: string; reason: string };

/** One row, what a round needs; a few; and a large batch. */
const BATCHES = [1, 64, 4_096];
/** A batch that is expected to take longer is not measured. */
const MAX_BATCH_MS = 25;
/** Compiling a shader can take seconds where a GPU is only imitated. */
export const TRIAL_MS = 30_000;
const REPEAT_MS = 2;
const MAX_REPEATS = 200;

const createBatch = (model: Model, rows: number): Int16Array => {
  const some = testRows(model);
  return Int16Array.from(Array.from({ length: rows }, (_, k) => some[k % some.length] ?? []).flat());
};

/** The best of a few runs: what disturbs a run makes it slower, never faster. */
const bestMs = async (engine: Engine, lanes: Int16Array, rows: number): Promise<number> => {
  const outputs = new BigInt64Array(rows);
  let [best, spent] = [Number.POSITIVE_INFINITY, 0];
  for (let k = 0; k < MAX_REPEATS && (k < 2 || spent < REPEAT_MS); k += 1) {
    const start = performance.now();
    await engine.run(lanes, outputs);
    const ms = performance.now() - start;
    best = Math.min(best, ms);
    spent += ms;
  }
  return best;
};

/** Milliseconds of a few sizes of batches, ascending; of one row at least. */
export const measure = async (engine: Engine, model: Model): Promise<Timing[]> => {
  const timings: Timing[] = [];
  for (const rows of BATCHES) {
    if (timings.length > 1 && estimatedMs(timings, rows) > MAX_BATCH_MS) break;
    timings.push({ rows, ms: await bestMs(engine, createBatch(model, rows), rows) });
  }
  return timings;
};

const text = (lanes: number[]): string => `[${lanes.join(", ")}]`;

/** Undefined when the engine does not run this kind of model. */
export const tryEngine = async ({ name, create }: EngineFactory, model: Model): Promise<Trial | undefined> => {
  let engine: Engine | undefined;
  try {
    engine = await inTime(create(model), TRIAL_MS);
    if (engine === undefined) return undefined;
    const difference = await inTime(selfTest(engine, model), TRIAL_MS);
    if (difference === undefined) return { kind: "passed", engine };
    engine.close();
    const { lanes, expected, actual } = difference;
    return { kind: "refused", name, reason: `gives ${actual} for ${text(lanes)}, the reference ${expected}` };
  } catch (error) {
    engine?.close();
    return { kind: "refused", name, reason: rootMessage(error) };
  }
};
