// All engines on one model, and which of them to use.
import type { Engine } from "@aibot/kit/engines/engine";
import { knownAnswers } from "@aibot/kit/engines/known-answers";
import { rootMessage } from "@aibot/kit/errors";
import { decodeModel, type Model } from "@aibot/kit/models";
import type { Hex } from "viem";
import { estimatedMs, fastest, type Timing } from "./choose.ts";
import { inTime } from "./deadline.ts";
import type { EngineFactory } from "./factories.ts";
import { measure, TRIAL_MS, tryEngine } from "./trial.ts";

export type Refusal = { name: string; reason: string };
export type Learnt = { model: Model; passed: { engine: Engine; timings: Timing[] }[]; refused: Refusal[] };

export type ModelHealth = {
  model: Hex;
  one: string; // engine of a single row
  many: string; // engine of a large batch
  perSecond: { one: number; many: number }; // rows, as measured when the model came
  refused: Refusal[];
};

const MANY = 4_096; // rows

/** Tests and measures every engine on `model`, one after the other, or they slow each other. */
export const tryAll = async (factories: EngineFactory[], model: Model): Promise<Learnt> => {
  const learnt: Learnt = { model, passed: [], refused: [] };
  for (const factory of factories) {
    const trial = await tryEngine(factory, model);
    if (trial?.kind === "refused") learnt.refused.push({ name: trial.name, reason: trial.reason });
    if (trial?.kind !== "passed") continue;
    const { engine } = trial;
    try {
      learnt.passed.push({ engine, timings: await inTime(measure(engine, model), TRIAL_MS) });
    } catch (error) {
      engine.close(); // right, but not for large batches
      learnt.refused.push({ name: factory.name, reason: rootMessage(error) });
    }
  }
  return learnt;
};

export const modelHealth = (model: Hex, { passed, refused }: Learnt): ModelHealth => {
  const of = (rows: number) => {
    const best = fastest(passed, rows);
    const ms = best === undefined ? Number.POSITIVE_INFINITY : estimatedMs(best.timings, rows);
    return { name: best?.engine.name ?? "none", perSecond: Math.round((rows / ms) * 1_000) };
  };
  const [one, many] = [of(1), of(MANY)];
  return { model, one: one.name, many: many.name, perSecond: { one: one.perSecond, many: many.perSecond }, refused };
};

const refusalOf = async (factory: EngineFactory, models: Model[]): Promise<string | undefined> => {
  for (const model of models) {
    const trial = await tryEngine(factory, model);
    if (trial?.kind === "refused") return trial.reason;
    trial?.engine.close();
  }
  return undefined;
};

/** Engines that fail a small model with known answers are not tried on any other. */
export const passKnownModels = async (
  present: EngineFactory[],
): Promise<{ ready: EngineFactory[]; refused: Refusal[] }> => {
  const models = [...new Set(knownAnswers.map(({ blob }) => blob))].map(decodeModel);
  const ready: EngineFactory[] = [];
  const refused: Refusal[] = [];
  for (const factory of present) {
    const reason = await refusalOf(factory, models);
    if (reason === undefined) ready.push(factory);
    else refused.push({ name: factory.name, reason });
  }
  return { ready, refused };
};
