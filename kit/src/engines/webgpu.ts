// Every kind of model on a GPU, in Node and in the browser: the fastest engine for thousands of rows.
import type { Model } from "../models.ts";
import { checkRows, type Engine } from "./engine.ts";
import { shaderOf } from "./webgpu-shader.ts";
import { correctionWords, weightWords, widestWords } from "./webgpu-words.ts";

export type WebgpuParams = {
  model: Model;
  device: GPUDevice;
  languageFeatures: WGSLLanguageFeatures; // of the GPU object that the device came from
};

/** Rows of one dispatch; larger batches are cut. */
const MAX_ROWS = 4_096;
const WORKGROUP_ROWS = 64; // as in webgpu-shader.ts
const OUTPUT_BYTES = 8;

// The specification's numbers, because only browsers have GPUBufferUsage, GPUShaderStage and GPUMapMode as globals.
const usage = { mapRead: 1, copySource: 4, copyDestination: 8, storage: 128 } as const;
const COMPUTE_STAGE = 4;
const MAP_READ = 1;

const storageBuffer = (device: GPUDevice, content: ArrayBufferView): GPUBuffer => {
  const buffer = device.createBuffer({ size: content.byteLength, usage: usage.storage | usage.copyDestination });
  device.queue.writeBuffer(buffer, 0, content as BufferSource);
  return buffer;
};

const createPipeline = async ({ model, device, languageFeatures }: WebgpuParams) => {
  const code = shaderOf({
    kind: model.kind,
    inputs: model.weights.length,
    activationWords: widestWords(model),
    hasPackedDot: languageFeatures.has("packed_4x8_integer_dot_product"),
  });
  const types: GPUBufferBindingType[] = ["read-only-storage", "read-only-storage", "read-only-storage", "storage"];
  const layout = device.createBindGroupLayout({
    entries: types.map((type, binding) => ({ binding, visibility: COMPUTE_STAGE, buffer: { type } })),
  });
  const pipeline = await device.createComputePipelineAsync({
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module: device.createShaderModule({ code }), entryPoint: "main" },
  });
  return { layout, pipeline };
};

/** What the driver calls the device. */
const nameOf = ({ adapterInfo }: GPUDevice): string =>
  adapterInfo.description || `${adapterInfo.vendor} ${adapterInfo.architecture}`.trim() || "unnamed GPU";

/** Rejects when the shader does not compile; `run` rejects when the device is lost. */
export const createWebgpuEngine = async (params: WebgpuParams): Promise<Engine<Promise<void>>> => {
  const { model, device } = params;
  const { layout, pipeline } = await createPipeline(params);
  const inputs = model.weights.length;
  const outputBytes = OUTPUT_BYTES * MAX_ROWS;
  const rows = storageBuffer(device, new Int16Array(inputs * MAX_ROWS));
  const outputBuffer = device.createBuffer({ size: outputBytes, usage: usage.storage | usage.copySource });
  const buffers = [
    rows,
    storageBuffer(device, weightWords(model)),
    storageBuffer(device, correctionWords(model)),
    outputBuffer,
  ];
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
  const bindGroup = device.createBindGroup({ layout, entries });

  /** The queue keeps the order of writes, dispatches and copies, so that only what is read back is a run's own. */
  const dispatch = async (lanes: Int16Array, outputs: BigInt64Array): Promise<void> => {
    const size = OUTPUT_BYTES * outputs.length;
    const staging = device.createBuffer({ size, usage: usage.mapRead | usage.copyDestination });
    const even = lanes.length % 2 === 0 ? lanes : Int16Array.from([...lanes, 0]); // whole words
    device.queue.writeBuffer(rows, 0, even as BufferSource);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(Math.ceil(outputs.length / WORKGROUP_ROWS));
    pass.end();
    encoder.copyBufferToBuffer(outputBuffer, 0, staging, 0, size);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(MAP_READ).catch(({ name, message }: Error) => {
      throw new Error(`the GPU did not answer (${message || name})`); // the message is empty when the device was lost
    });
    outputs.set(new BigInt64Array(staging.getMappedRange()));
    staging.destroy();
  };

  return {
    name: "webgpu",
    device: nameOf(device),
    run: async (lanes, outputs) => {
      checkRows(model, lanes, outputs);
      for (let start = 0; start < outputs.length; start += MAX_ROWS) {
        const end = Math.min(start + MAX_ROWS, outputs.length);
        await dispatch(lanes.subarray(start * inputs, end * inputs), outputs.subarray(start, end));
      }
    },
    close: () => {
      for (const buffer of buffers) buffer.destroy();
    },
  };
};
