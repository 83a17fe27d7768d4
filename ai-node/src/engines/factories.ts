// Which engines this machine has. Every one of them must then pass the self-test.
import type { Engine } from "@aibot/kit/engines/engine";
import { createTypescriptEngine } from "@aibot/kit/engines/typescript";
import { createWasmEngine } from "@aibot/kit/engines/wasm";
import { createWebgpuEngine } from "@aibot/kit/engines/webgpu";
import { rootMessage } from "@aibot/kit/errors";
import type { DenseModel, Model } from "@aibot/kit/models";
import { type GpuChoice, openGpu } from "./gpu.ts";
import { createOnnxruntimeEngine, type Onnxruntime } from "./onnxruntime.ts";
import { createTensorflowEngine, type Tensorflow } from "./tensorflow.ts";

export type EngineFactory = {
  name: string;
  /** Undefined for a kind of model that the engine does not run. */
  create: (model: Model) => Engine | Promise<Engine> | undefined;
};

export type AbsentEngine = { name: string; reason: string };

export type Factories = {
  present: EngineFactory[]; // the reference first: it is always there
  absent: AbsentEngine[];
  close: () => void;
};

const denseOnly =
  (create: (model: DenseModel) => Promise<Engine>): EngineFactory["create"] =>
  (model) =>
    model.kind === "dense" ? create(model) : undefined;

type Found = EngineFactory | AbsentEngine;

/** A peer dependency that only some machines have. */
const optional = async <Module>(
  { name, specifier }: { name: string; specifier: string },
  create: (module: Module, model: DenseModel) => Promise<Engine>,
): Promise<Found> => {
  try {
    const imported = await import(specifier);
    const module: Module = imported.default ?? imported;
    return { name, create: denseOnly((model) => create(module, model)) };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND";
    return { name, reason: isMissing ? `${specifier} is not installed` : rootMessage(error) };
  }
};

/** Opens what there is; an engine that cannot be opened is absent, with the reason, and no failure. */
export const openFactories = async (gpuChoice: GpuChoice): Promise<Factories> => {
  const gpu = await openGpu(gpuChoice);
  const found: Found[] = [
    { name: "typescript", create: createTypescriptEngine },
    { name: "wasm", create: createWasmEngine },
    typeof gpu === "string"
      ? { name: "webgpu", reason: gpu }
      : { name: "webgpu", create: (model) => createWebgpuEngine({ model, ...gpu }) },
    await optional<Onnxruntime>({ name: "onnxruntime", specifier: "onnxruntime-node" }, createOnnxruntimeEngine),
    await optional<Tensorflow>({ name: "tensorflow", specifier: "@tensorflow/tfjs-node-gpu" }, createTensorflowEngine),
  ];
  return {
    present: found.filter((one) => "create" in one),
    absent: found.filter((one) => "reason" in one),
    close: () => {
      if (typeof gpu !== "string") gpu.close();
    },
  };
};
