// What engines-browser.test.ts loads into a page: the engines as an app would bundle them.
import type { Engine } from "@aibot/kit/engines/engine";
import { createWasmEngine } from "@aibot/kit/engines/wasm";
import { createWebgpuEngine } from "@aibot/kit/engines/webgpu";
import { decodeModel } from "@aibot/kit/models";
import type { Hex } from "viem";

export type PageParams = { blob: Hex; lanes: number[] };
export type PageAnswers = { device: string; wasm: string[]; webgpu: string[] };

const answers = async (engine: Engine, { lanes }: PageParams, inputs: number): Promise<string[]> => {
  const outputs = new BigInt64Array(lanes.length / inputs);
  await engine.run(Int16Array.from(lanes), outputs);
  return Array.from(outputs, String);
};

const runEngines = async (params: PageParams): Promise<PageAnswers> => {
  const adapter = await navigator.gpu.requestAdapter();
  const device = await adapter?.requestDevice();
  if (device === undefined) throw new Error("the browser offers no GPU");
  const model = decodeModel(params.blob);
  const webgpu = await createWebgpuEngine({ model, device, languageFeatures: navigator.gpu.wgslLanguageFeatures });
  const inputs = model.weights.length;
  return {
    device: webgpu.device,
    wasm: await answers(createWasmEngine(model), params, inputs),
    webgpu: await answers(webgpu, params, inputs),
  };
};

Object.assign(globalThis, { runEngines });
