// Dense models on onnxruntime, where the operator has installed it.
import { checkRows, type Engine } from "@aibot/kit/engines/engine";
import type { DenseModel } from "@aibot/kit/models";
import { INPUT_NAME, OUTPUT_NAME, onnxGraph } from "./onnx-graph.ts";

type Tensor = { data: unknown };

/** As much of onnxruntime-node as is used here; it is no dependency, so its types are not at hand. */
export type Onnxruntime = {
  InferenceSession: {
    create: (graph: Uint8Array) => Promise<{
      run: (feeds: Record<string, Tensor>) => Promise<Record<string, Tensor>>;
      release: () => Promise<void>;
    }>;
  };
  Tensor: new (type: "float64", data: Float64Array, dimensions: number[]) => Tensor;
};

export const createOnnxruntimeEngine = async (
  { InferenceSession, Tensor }: Onnxruntime,
  model: DenseModel,
): Promise<Engine> => {
  const session = await InferenceSession.create(onnxGraph(model));
  return {
    name: "onnxruntime",
    device: "CPU",
    run: async (lanes, outputs) => {
      checkRows(model, lanes, outputs);
      const rows = new Tensor("float64", Float64Array.from(lanes), [outputs.length, model.weights.length]);
      const results = await session.run({ [INPUT_NAME]: rows });
      outputs.set(results[OUTPUT_NAME]?.data as BigInt64Array);
    },
    close: () => void session.release(),
  };
};
