// The inference API under load, over HTTP: one row at a time by one client, and batches by several at once.
import { createLog } from "@aibot/kit/node/log";
import { createMetrics } from "@aibot/kit/node/metrics";
import { type Api, serveApi } from "../../ai-node/src/api/server.ts";
import type { ChainView } from "../../ai-node/src/api/sources.ts";
import { openFactories } from "../../ai-node/src/engines/factories.ts";
import { createInference } from "../../ai-node/src/engines/inference.ts";
import { median } from "../median.ts";
import { benchNetwork } from "./engines.ts";
import { figure, type Line } from "./line.ts";

const ROW = [-7_372, -7_310, -7_290, -7_205, 88, 41];
const BATCH = 256;
const CLIENTS = 8;
const WARM_UP = 50; // requests
const SINGLE_REQUESTS = 500;
const BATCH_MS = 3_000;

const { model, id } = benchNetwork;

const view: ChainView = {
  ...{ chain: 1, models: new Map([[id, model]]), doubts: new Map() },
  feeds: [{ feed: "bench", modelId: id, periodsPerYear: 252, newest: undefined }],
};

/** Milliseconds of one request; throws unless it was answered. */
const predict = async ({ port }: Api, rows: number[][]): Promise<number> => {
  const start = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}/v1/models/${id}/predict`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ rows }),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`the API answered ${response.status}: ${text}`);
  return performance.now() - start;
};

const repeat = async (count: number, task: () => Promise<number>): Promise<number[]> => {
  const results: number[] = [];
  for (let k = 0; k < count; k += 1) results.push(await task());
  return results;
};

/** Rows a second, by all clients together. */
const rowsPerSecond = async (api: Api): Promise<number> => {
  const rows = Array.from({ length: BATCH }, () => ROW);
  const start = performance.now();
  const client = async (): Promise<number> => {
    let answered = 0;
    while (performance.now() - start < BATCH_MS) {
      await predict(api, rows);
      answered += BATCH;
    }
    return answered;
  };
  const answered = await Promise.all(Array.from({ length: CLIENTS }, client));
  const total = answered.reduce((sum, one) => sum + one, 0);
  return Math.round((total / (performance.now() - start)) * 1_000);
};

export const measureInferenceApi = async (): Promise<Line[]> => {
  const [log, metrics] = [createLog("bench", "silent"), createMetrics()];
  const inference = await createInference({ factories: await openFactories("off"), log, metrics });
  await inference.learn(id, model);
  const api = await serveApi({ port: 0, views: () => [view], inference, log, metrics });

  await repeat(WARM_UP, () => predict(api, [ROW]));
  const single = median(await repeat(SINGLE_REQUESTS, () => predict(api, [ROW])));
  const many = await rowsPerSecond(api);
  await api.close();
  inference.close();
  return [
    figure({ name: "inference.api.latency_ms", value: Math.round(single * 1_000) / 1_000, unit: "ms p50" }),
    figure({ name: "inference.api.rows_per_second", value: many, unit: "/s" }),
  ];
};
