// Predictions a second of the dense network 64-128-64-3 off the chain, by every engine that this machine has.
import type { Engine } from "@aibot/kit/engines/engine";
import { selfTest } from "@aibot/kit/engines/self-test";
import { testRows } from "@aibot/kit/engines/test-rows";
import { createTypescriptEngine } from "@aibot/kit/engines/typescript";
import { createWasmEngine } from "@aibot/kit/engines/wasm";
import { createWebgpuEngine } from "@aibot/kit/engines/webgpu";
import { encodeModel, type LinearModel, modelId } from "@aibot/kit/models";
import { type EngineFactory, openFactories } from "../../ai-node/src/engines/factories.ts";
import { openGpu } from "../../ai-node/src/engines/gpu.ts";
import { figure, type Line, type Peer } from "./line.ts";
import { denseModel } from "./models.ts";

const BATCH = 4_096;
const WARM_UP_MS = 500; // for compilers that look at what runs
const MEASURED_MS = 1_500;

const linear: LinearModel = {
  ...{ kind: "linear", featureSet: 1, period: 86_400, horizon: 5, minCandles: 160, closeToRange: 0n, bias: 0n },
  weights: [1n, 2n, 3n, 4n, 5n, 6n],
};
const model = denseModel(linear);
export const benchNetwork = { model, id: modelId(encodeModel(model)) };

/** Runs of an engine that awaits nothing are not awaited: a promise costs as much as a small prediction. */
const runFor = async (engine: Engine, rows: number, milliseconds: number): Promise<number> => {
  const some = testRows(model);
  const lanes = Int16Array.from(Array.from({ length: rows }, (_, k) => some[k % some.length] ?? []).flat());
  const outputs = new BigInt64Array(rows);
  const start = performance.now();
  let predictions = 0;
  while (performance.now() - start < milliseconds) {
    for (let k = 0; k < Math.ceil(BATCH / rows / 64); k += 1) {
      const result = engine.run(lanes, outputs);
      if (result !== undefined) await result;
      predictions += rows;
    }
  }
  return (predictions / (performance.now() - start)) * 1_000;
};

/** Throws when the engine is not the reference: its speed would mean nothing. */
const perSecond = async (engine: Engine, rows: number): Promise<number> => {
  const difference = await selfTest(engine, model);
  if (difference !== undefined) throw new Error(`${engine.name} gave ${difference.actual}, not ${difference.expected}`);
  await runFor(engine, rows, WARM_UP_MS);
  return Math.round(await runFor(engine, rows, MEASURED_MS));
};

/** On a GPU where there is one, on SwiftShader otherwise, which says nothing about GPUs but that the shader runs. */
const gpuLine = async (wasm: Engine): Promise<Line> => {
  const real = await openGpu("auto");
  const gpu = typeof real === "string" ? await openGpu("software") : real;
  if (typeof gpu === "string") throw new Error(`no GPU (${real}) and no SwiftShader (${gpu})`);
  const engine = await createWebgpuEngine({ model, ...gpu });
  const value = await perSecond(engine, BATCH);
  engine.close();
  gpu.close();
  const device = gpu === real ? engine.device : `${engine.device} on the CPU`;
  const peer = { name: `wasm at batch ${BATCH}`, value: await perSecond(wasm, BATCH) };
  return figure({ name: "inference.gpu.per_second", value, unit: `/s, batch ${BATCH}, ${device}`, peer });
};

const onnxruntimeLine = async (factory: EngineFactory, peer: Peer): Promise<Line> => {
  const engine = await factory.create(model);
  if (engine === undefined) throw new Error("onnxruntime refuses a dense model");
  const value = await perSecond(engine, 1);
  engine.close();
  return figure({ name: "inference.onnxruntime.per_second", value, unit: "/s", peer });
};

export const measureEngines = async (): Promise<Line[]> => {
  const [typescript, wasm] = [createTypescriptEngine(model), createWasmEngine(model)];
  const slow = { name: "typescript", value: await perSecond(typescript, 1) };
  const fast = { name: "wasm", value: await perSecond(wasm, 1) };
  const lines = [
    figure({ name: "inference.typescript.per_second", value: slow.value, unit: "/s" }),
    figure({ name: "inference.wasm.per_second", value: fast.value, unit: "/s", peer: slow }),
    await gpuLine(wasm),
  ];
  const { present, close } = await openFactories("off");
  const onnxruntime = present.find(({ name }) => name === "onnxruntime");
  if (onnxruntime !== undefined) lines.push(await onnxruntimeLine(onnxruntime, fast));
  close();
  return lines;
};
