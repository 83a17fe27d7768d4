// SIG-1 off the chain: every engine gives the integers of the shared vectors, whatever the size of the batch.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { Engine } from "@aibot/kit/engines/engine";
import { selfTest } from "@aibot/kit/engines/self-test";
import { createTypescriptEngine } from "@aibot/kit/engines/typescript";
import { createWasmEngine } from "@aibot/kit/engines/wasm";
import { createWebgpuEngine } from "@aibot/kit/engines/webgpu";
import { unpackLanes } from "@aibot/kit/features";
import { decodeModel, encodeModel, type Model } from "@aibot/kit/models";
import type { Hex } from "viem";
import { openGpu } from "../../ai-node/src/engines/gpu.ts";
import { createRandom, type Random, times } from "./random.ts";

const LARGE_BATCH = 4_096;
const LEAST_VECTORS = 1_000; // of every kind

type Vector = { name?: string; blob: Hex; cases: [lanes: Hex, output: string][] };
const read = (kind: string): Vector[] => JSON.parse(readFileSync(join(import.meta.dirname, `${kind}.json`), "utf8"));

const gpu = await openGpu("software");
if (typeof gpu === "string") throw new Error(gpu);
after(() => gpu.close());

type Creator = { create: (model: Model) => Engine | Promise<Engine>; kinds: string[]; sizes: number[] };

const KINDS = ["linear", "forest", "dense"];
const SIZES = [1, 3, 63, 257, LARGE_BATCH, LARGE_BATCH + 1];

const creators: Record<string, Creator> = {
  typescript: { create: createTypescriptEngine, kinds: KINDS, sizes: [1, 3] }, // row by row anyway
  wasm: { create: createWasmEngine, kinds: KINDS, sizes: SIZES },
  webgpu: { create: (model) => createWebgpuEngine({ model, ...gpu }), kinds: KINDS, sizes: SIZES },
  "webgpu without packed dot products": {
    create: (model) => createWebgpuEngine({ model, device: gpu.device, languageFeatures: new Set() }),
    kinds: ["dense"],
    sizes: [1, 65],
  },
};

type Batch = { lanes: Int16Array; expected: bigint[] };

const batchOf = ({ cases }: Vector, inputs: number): Batch => ({
  lanes: Int16Array.from(cases.flatMap(([lanes]) => unpackLanes(lanes, inputs))),
  expected: cases.map(([, output]) => BigInt(output)),
});

/** The first `count` rows, from the beginning again when there are not as many. */
const resized = ({ lanes, expected }: Batch, count: number): Batch => {
  const inputs = lanes.length / expected.length;
  return {
    lanes: Int16Array.from({ length: count * inputs }, (_, k) => lanes[k % lanes.length] ?? 0),
    expected: Array.from({ length: count }, (_, k) => expected[k % expected.length] ?? 0n),
  };
};

const answers = async (engine: Engine, lanes: Int16Array, count: number): Promise<bigint[]> => {
  const outputs = new BigInt64Array(count);
  await engine.run(lanes, outputs);
  return Array.from(outputs);
};

for (const [name, { create, kinds, sizes }] of Object.entries(creators)) {
  for (const kind of kinds) {
    describe(`SIG-1: the ${name} engine on ${kind} models`, () => {
      const vectors = read(kind);

      it(`equals every vector, at least ${LEAST_VECTORS}`, async () => {
        let compared = 0;
        for (const vector of vectors) {
          const model = decodeModel(vector.blob);
          const engine = await create(model);
          const { lanes, expected } = batchOf(vector, model.weights.length);
          assert.deepEqual(await answers(engine, lanes, expected.length), expected, vector.name);
          compared += expected.length;
          engine.close();
        }
        assert.ok(compared >= LEAST_VECTORS, `${compared} vectors`);
      });

      it("equals them one at a time, in odd batches and in a large one", async () => {
        const vector = vectors[0] ?? assert.fail();
        const model = decodeModel(vector.blob);
        const engine = await create(model);
        const batch = batchOf(vector, model.weights.length);
        for (const size of sizes) {
          const { lanes, expected } = resized(batch, size);
          assert.deepEqual(await answers(engine, lanes, size), expected, `${size} rows`);
        }
        engine.close();
      });

      it("refuses lanes that are not whole rows", async () => {
        const engine = await create(decodeModel(vectors[0]?.blob ?? assert.fail()));
        await assert.rejects(
          async () => engine.run(new Int16Array(5), new BigInt64Array(1)),
          /1 rows of 6 lanes were expected and 5 lanes given/,
        );
        engine.close();
      });
    });
  }
}

describe("the webgpu engine", () => {
  it("rejects when its device is lost, while it runs and afterwards", async () => {
    const own = await openGpu("software");
    if (typeof own === "string") throw new Error(own);
    const vector = read("linear")[0] ?? assert.fail();
    const engine = await createWebgpuEngine({ model: decodeModel(vector.blob), ...own });
    const { lanes, expected } = batchOf(vector, 6);
    const running = answers(engine, lanes, expected.length);
    own.close();
    await assert.rejects(running, /the GPU did not answer/);
    await assert.rejects(answers(engine, lanes, expected.length), /the GPU did not answer/);
  });
});

const PROPERTY_SEED = BigInt(process.env.SEED ?? Date.now());
const PROPERTY_MODELS = 40;

/** A network of any shape and numbers, as far as the format allows: those that it does not allow are drawn again. */
const anyDense = (random: Random): Model => {
  const small = (least: number, most: number) => least + Number(random.below(BigInt(most - least + 1)));
  const widths = times(small(2, 5), () => small(1, small(0, 3) === 0 ? 70 : 20));
  const wide = (bits: number): number => Number(random.within(2n ** BigInt(small(1, bits))));
  const scale = () => {
    const shift = small(1, 40);
    return { multiplier: small(1, Math.min(2 ** shift, 2 ** 16 - 1)), shift };
  };
  const [units = 1, ...outputs] = widths;
  const model: Model = {
    ...{ kind: "dense", featureSet: 1, period: 86_400, horizon: 5, minCandles: 0, closeToRange: 0n },
    bias: random.within(2n ** 39n),
    weights: times(6, () => random.within(2n ** 31n - 1n)),
    unitScale: scale(),
    units: times(units, (k) => ({ lane: Math.floor(k / 10) % 6, slope: small(0, 127), bias: -small(0, 2 ** 22) })),
    layers: outputs.map((width, k) => ({
      ...(k === outputs.length - 1 ? { multiplier: small(1, 1_000), shift: 0 } : scale()),
      biases: times(width, () => wide(22)),
      weights: times(width, () => times(widths[k] ?? 1, () => small(-128, 127))),
    })),
  };
  try {
    encodeModel(model);
    return model;
  } catch {
    return anyDense(random);
  }
};

describe(`SIG-1: networks of any shape, SEED=${PROPERTY_SEED}`, () => {
  it(`give the reference's integers on WebAssembly, ${PROPERTY_MODELS} of them, and a few on WebGPU`, async () => {
    const random = createRandom(PROPERTY_SEED);
    for (let k = 0; k < PROPERTY_MODELS; k += 1) {
      const model = anyDense(random);
      const shape = JSON.stringify(model, (_, value) => (typeof value === "bigint" ? `${value}` : value)).slice(0, 500);
      assert.equal(await selfTest(createWasmEngine(model), model), undefined, `wasm ${shape}`);
      if (k % 10 > 0) continue;
      const engine = await createWebgpuEngine({ model, ...gpu });
      assert.equal(await selfTest(engine, model), undefined, `webgpu ${shape}`);
      engine.close();
    }
  });
});
