// Every kind of model on WebAssembly SIMD, in Node and in the browser: the fastest engine for a few rows.
import { hexToBytes } from "viem/utils";
import { engineModule } from "../generated/engine-module.ts";
import type { Model } from "../models.ts";
import { checkRows, type Engine } from "./engine.ts";
import { layOut, ROWS } from "./wasm-memory.ts";

const PAGE_BYTES = 65_536;

/** Compiles and instantiates at once: the module is about 1 kB. A page needs `wasm-unsafe-eval` in its script policy. */
export const createWasmEngine = (model: Model): Engine<void> => {
  const { rows, outputs: results, bytes, contents } = layOut(model);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
  for (const [address, content] of contents) new Uint8Array(memory.buffer).set(content, address);
  const module = new WebAssembly.Module(hexToBytes(engineModule) as BufferSource);
  const run = new WebAssembly.Instance(module, { engine: { memory } }).exports.run as (count: number) => void;

  const inputs = model.weights.length;
  const rowsView = new Int16Array(memory.buffer, rows, inputs * ROWS);
  const resultsView = new BigInt64Array(memory.buffer, results, ROWS);
  return {
    name: "wasm",
    device: "CPU, 128-bit SIMD",
    run: (lanes, outputs) => {
      checkRows(model, lanes, outputs);
      for (let start = 0; start < outputs.length; start += ROWS) {
        const count = Math.min(ROWS, outputs.length - start);
        const isWhole = count === outputs.length;
        rowsView.set(isWhole ? lanes : lanes.subarray(start * inputs, (start + count) * inputs));
        run(count);
        for (let k = 0; k < count; k += 1) outputs[start + k] = resultsView[k] ?? 0n;
      }
    },
    close: () => {}, // the memory goes with the last reference
  };
};
