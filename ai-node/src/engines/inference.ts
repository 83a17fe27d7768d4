// Runs models on the fastest engine that gives the reference's integers, and never on another.
import type { Engine } from "@aibot/kit/engines/engine";
import { missedAnswer } from "@aibot/kit/engines/self-test";
import { InputError, rootMessage } from "@aibot/kit/errors";
import { evaluate, type Model } from "@aibot/kit/models";
import type { Logger } from "@aibot/kit/node/log";
import type { Metrics } from "@aibot/kit/node/metrics";
import type { Hex } from "viem";
import { fastest } from "./choose.ts";
import { inTime } from "./deadline.ts";
import type { Factories } from "./factories.ts";
import { type Learnt, type ModelHealth, modelHealth, passKnownModels, type Refusal, tryAll } from "./trials.ts";

export type InferenceParams = { factories: Factories; log: Logger; metrics: Metrics };

export type EngineHealth = { name: string; state: "ready" | "refused" | "absent"; reason?: string };
export type Prediction = { engine: string; outputs: BigInt64Array };

export type Inference = {
  /** Tests and measures the engines on `model`; again is nothing. */
  learn: (id: Hex, model: Model) => Promise<void>;
  /** Undefined for a model that was not learnt yet. */
  predict: (id: Hex, lanes: Int16Array, rows: number) => Promise<Prediction | undefined>;
  health: () => { engines: EngineHealth[]; models: ModelHealth[] };
  close: () => void;
};

const RUN_MS = 2_000; // less than a client waits, so that the next engine can still answer

const SPOT_CHECK_ROWS = 64; // of a batch that is checked: the check costs one run of the reference

/** Hardware may fail after its test: throws unless `row` of a batch is what the reference says. */
const checkRow = (
  model: Model,
  { lanes, outputs, row }: { lanes: Int16Array; outputs: BigInt64Array; row: number },
) => {
  const inputs = model.weights.length;
  const expected = evaluate(model, Array.from(lanes.subarray(row * inputs, (row + 1) * inputs)));
  if (outputs[row] !== expected) throw new Error(`gave ${outputs[row]} for row ${row}, the reference ${expected}`);
};

/** InputError when the reference does not give its known answers: then nothing here can be believed. */
export const checkReference = (reference?: typeof evaluate): void => {
  const missed = missedAnswer(reference);
  if (missed === undefined) return;
  throw new InputError(
    `The reference gives ${missed.actual} where ${missed.output} is known to be right (${missed.model}): ` +
      `this installation or Node ${process.version} is broken; install both again.`,
  );
};

/** Tests every engine at once; afterwards each model it learns tests them again, with that model. */
export const createInference = async ({ factories, log, metrics }: InferenceParams): Promise<Inference> => {
  const refusals = metrics.counter("ai_node_engine_refusals", "Engines that did not give the reference's integers.");
  const failures = metrics.counter("ai_node_engine_failures", "Engines that failed while they answered.");
  const predictions = metrics.counter("ai_node_predictions", "Rows answered, by engine.");
  const refuse = (fields: Refusal & { model?: Hex }): void => {
    refusals.inc({ engine: fields.name });
    log.warn(fields, "ENGINE REFUSED");
  };

  const { ready, refused } = await passKnownModels(factories.present);
  refused.forEach(refuse);
  const engines: EngineHealth[] = [
    ...ready.map(({ name }) => ({ name, state: "ready" as const })),
    ...refused.map((one) => ({ ...one, state: "refused" as const })),
    ...factories.absent.map((one) => ({ ...one, state: "absent" as const })),
  ];
  log.info({ engines }, "engines tested");

  const asked = new Map<Hex, Promise<void>>();
  const learnt = new Map<Hex, Learnt>();
  let last = Promise.resolve(); // one model after the other, or their measurements disturb each other

  const learnNow = async (id: Hex, model: Model): Promise<void> => {
    const result = await tryAll(ready, model);
    learnt.set(id, result);
    for (const refusal of result.refused) refuse({ ...refusal, model: id });
    log.info(modelHealth(id, result), "engine chosen");
  };
  const learn = (id: Hex, model: Model): Promise<void> => {
    const known = asked.get(id);
    if (known !== undefined) return known;
    last = last.then(() => learnNow(id, model));
    asked.set(id, last);
    return last;
  };

  /** What is left of `id` without an engine that failed; two batches may find it failing at once. */
  const drop = (id: Hex, engine: Engine, reason: string): void => {
    const known = learnt.get(id);
    if (known === undefined || !known.passed.some((one) => one.engine === engine)) return;
    failures.inc({ engine: engine.name });
    log.warn({ name: engine.name, model: id, reason }, "ENGINE FAILED");
    engine.close();
    const passed = known.passed.filter((one) => one.engine !== engine);
    learnt.set(id, { ...known, passed, refused: [...known.refused, { name: engine.name, reason }] });
  };

  let checked = 0; // batches; another row of each
  const spotCheck = (model: Model, lanes: Int16Array, outputs: BigInt64Array): void => {
    if (outputs.length < SPOT_CHECK_ROWS) return;
    checked += 1;
    checkRow(model, { lanes, outputs, row: checked % outputs.length });
  };

  const predict = async (id: Hex, lanes: Int16Array, rows: number): Promise<Prediction | undefined> => {
    for (;;) {
      const known = learnt.get(id);
      const engine = fastest(known?.passed ?? [], rows)?.engine;
      if (known === undefined || engine === undefined) return undefined; // not learnt yet: the reference never fails
      const outputs = new BigInt64Array(rows); // its own for each engine: one that is late may still write
      try {
        await inTime(engine.run(lanes, outputs), RUN_MS);
        spotCheck(known.model, lanes, outputs);
        predictions.inc({ engine: engine.name }, rows);
        return { engine: engine.name, outputs };
      } catch (error) {
        drop(id, engine, rootMessage(error));
      }
    }
  };

  return {
    learn,
    predict,
    health: () => ({ engines, models: [...learnt].map(([id, result]) => modelHealth(id, result)) }),
    close: () => {
      for (const { passed } of learnt.values()) for (const { engine } of passed) engine.close();
      factories.close();
    },
  };
};
