// One batch: from the rows of a request to integers, or the reason why not.
import { featureSets } from "@aibot/kit/features";
import { annualised, volatilityBps } from "@aibot/kit/signals";
import type { z } from "zod";
import type { Inference } from "../engines/inference.ts";
import { ApiError, shownValue } from "./errors.ts";
import type { Queue } from "./queue.ts";
import type { predictAnswer } from "./schemas.ts";
import type { ServedModel } from "./sources.ts";

export type PredictParams = {
  modelId: string;
  rows: number[][];
  models: ServedModel[];
  inference: Pick<Inference, "predict">;
  queue: Queue;
};

const findModel = (models: ServedModel[], modelId: string): ServedModel => {
  const found = models.find(({ id }) => id === modelId);
  if (found === undefined) {
    throw new ApiError("MODEL_UNKNOWN", `Model ${modelId} is not known: GET /v1/models names those that are.`);
  }
  if (found.doubt !== undefined) {
    throw new ApiError(
      "MODEL_REFUSED",
      `Model ${modelId} differs from the reference in ${found.doubt}; do not use it.`,
    );
  }
  return found;
};

const packRows = (rows: number[][], { model }: ServedModel): Int16Array => {
  const inputs = model.weights.length;
  const wrong = rows.findIndex((row) => row.length !== inputs);
  if (wrong !== -1) {
    const names = featureSets[model.featureSet]?.lanes.map(({ name }) => name).join(", ");
    const row = rows[wrong] ?? [];
    throw new ApiError(
      "INPUT_INVALID",
      `rows.${wrong} is ${shownValue(row)}, ${row.length} lanes: this model takes ${inputs} (${names}).`,
    );
  }
  return Int16Array.from(rows.flat());
};

const describe = (output: bigint, { model, periodsPerYear }: ServedModel) => {
  if (periodsPerYear === undefined) return { output: `${output}`, value: null, volatilityBps: null };
  const value = annualised(output, model, periodsPerYear);
  return { output: `${output}`, value: `${value}`, volatilityBps: `${volatilityBps(value)}` };
};

export const predict = async (params: PredictParams): Promise<z.output<typeof predictAnswer>> => {
  const { modelId, rows, models, inference, queue } = params;
  const served = findModel(models, modelId);
  const lanes = packRows(rows, served);

  const queued = await queue.run(() => inference.predict(served.id, lanes, rows.length));
  if (queued.kind === "full") throw new ApiError("QUEUE_FULL", `${queue.waiting()} batches are waiting: try again.`);
  if (queued.kind === "late") throw new ApiError("TIMED_OUT", `${rows.length} rows were not answered in time.`);
  if (queued.value === undefined) {
    throw new ApiError("MODEL_NOT_READY", `Engines are being tested on model ${modelId}: try again in a second.`);
  }
  const { engine, outputs } = queued.value;
  return { modelId, engine, outputs: Array.from(outputs, (output) => describe(output, served)) };
};
