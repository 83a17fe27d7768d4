import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { Engine } from "@aibot/kit/engines/engine";
import { createTypescriptEngine } from "@aibot/kit/engines/typescript";
import { createWasmEngine } from "@aibot/kit/engines/wasm";
import { InputError } from "@aibot/kit/errors";
import { unpackLanes } from "@aibot/kit/features";
import { decodeModel, evaluate, type Model, modelId } from "@aibot/kit/models";
import { createLog } from "@aibot/kit/node/log";
import { createMetrics } from "@aibot/kit/node/metrics";
import type { Hex } from "viem";
import type { EngineFactory } from "./factories.ts";
import { openFactories } from "./factories.ts";
import { openGpu } from "./gpu.ts";
import { checkReference, createInference } from "./inference.ts";

type Vector = { name: string; blob: Hex; cases: [lanes: Hex, output: string][] };
const vectors: Vector[] = JSON.parse(
  readFileSync(new URL("../../../test/vectors/dense.json", import.meta.url), "utf8"),
);
const vector = vectors.find(({ name }) => name === "31-30-30-1") ?? assert.fail();
const model = decodeModel(vector.blob);
const id = modelId(vector.blob);
const [lanes, output] = vector.cases[0] ?? assert.fail();
const row = Int16Array.from(unpackLanes(lanes, 6));

const typescript: EngineFactory = { name: "typescript", create: createTypescriptEngine };
const wasm: EngineFactory = { name: "wasm", create: createWasmEngine };

/** WebAssembly under another name, with a fault. */
const faulty = (name: string, run: (engine: Engine<void>, model: Model) => Engine["run"]): EngineFactory => ({
  name,
  create: (of) => {
    const engine = createWasmEngine(of);
    return { ...engine, name, run: run(engine, of) };
  },
});

const start = async (present: EngineFactory[]) => {
  const metrics = createMetrics();
  const factories = { present, absent: [{ name: "webgpu", reason: "GPU is off" }], close: () => {} };
  const inference = await createInference({ factories, log: createLog("test", "silent"), metrics });
  return { inference, metrics };
};

describe("inference", () => {
  it("SIG-1: refuses an engine that is off by one unit of 2^-32, counts it, and names it in /health", async () => {
    const offByOne = faulty("off by one", (engine) => (rows, outputs) => {
      engine.run(rows, outputs);
      outputs[0] = (outputs[0] ?? 0n) + 1n;
    });
    const { inference, metrics } = await start([typescript, wasm, offByOne]);

    const { engines } = inference.health();
    assert.deepEqual(
      engines.map(({ name, state }) => [name, state]),
      [
        ["typescript", "ready"],
        ["wasm", "ready"],
        ["off by one", "refused"],
        ["webgpu", "absent"],
      ],
    );
    assert.match(engines[2]?.reason ?? "", /^gives -?\d+ for \[-32768, .*\], the reference -?\d+$/);
    assert.match(metrics.text(), /^ai_node_engine_refusals\{engine="off by one"\} 1$/m);
  });

  it("SIG-1: refuses an engine that is right on small models and wrong on this one, for this one", async () => {
    const wrongWhenWide = faulty("narrow", (engine, of) => (rows, outputs) => {
      engine.run(rows, outputs);
      if (of.kind === "dense" && of.units.length > 30) outputs.fill(0n);
    });
    const { inference, metrics } = await start([typescript, wrongWhenWide]);
    await inference.learn(id, model);

    const [learnt] = inference.health().models;
    assert.deepEqual([learnt?.one, learnt?.many, learnt?.refused[0]?.name], ["typescript", "typescript", "narrow"]);
    assert.match(metrics.text(), /^ai_node_engine_refusals\{engine="narrow"\} 1$/m);
    assert.deepEqual((await inference.predict(id, row, 1))?.outputs, BigInt64Array.of(BigInt(output)));
  });

  it("refuses an engine that cannot even be made, or fails on large batches, with the reason", async () => {
    const broken: EngineFactory = { name: "broken", create: () => Promise.reject(new Error("no such driver")) };
    const small = faulty("small", (engine) => (rows, outputs) => {
      if (outputs.length > 1_000) throw new Error("out of memory");
      engine.run(rows, outputs);
    });
    const { inference } = await start([typescript, broken, small]);
    await inference.learn(id, model);
    assert.deepEqual(inference.health().engines[1], { name: "small", state: "ready" });
    assert.equal(inference.health().engines.find(({ name }) => name === "broken")?.reason, "no such driver");
    assert.deepEqual(inference.health().models[0]?.refused, [{ name: "small", reason: "out of memory" }]);
  });

  it("goes on with the next engine when one fails while it answers, and never uses it again", async () => {
    let isLost = false;
    let runs = 0;
    const gpu = faulty("gpu", (engine) => async (rows, outputs) => {
      runs += 1;
      if (isLost) throw new Error("the device was lost");
      engine.run(rows, outputs);
    });
    const { inference, metrics } = await start([{ name: "typescript", create: slowReference }, gpu]);
    await inference.learn(id, model);
    assert.equal((await inference.predict(id, row, 1))?.engine, "gpu");

    isLost = true;
    const both = await Promise.all([inference.predict(id, row, 1), inference.predict(id, row, 1)]);
    assert.deepEqual(
      both.map((prediction) => [prediction?.engine, prediction?.outputs]),
      [1, 2].map(() => ["typescript", BigInt64Array.of(BigInt(output))]),
    );
    const runsWhenLost = runs;
    await inference.predict(id, row, 1);
    assert.equal(runs, runsWhenLost);
    assert.match(metrics.text(), /^ai_node_engine_failures\{engine="gpu"\} 1$/m);
    assert.equal(inference.health().models[0]?.refused[0]?.reason, "the device was lost");
  });

  it("SIG-1: checks a row of every large batch, and goes on with the next engine when one has gone wrong", async () => {
    let isWrong = false;
    const gpu = faulty("gpu", (engine) => (rows, outputs) => {
      engine.run(rows, outputs);
      if (isWrong) for (let k = 0; k < outputs.length; k += 1) outputs[k] = (outputs[k] ?? 0n) ^ 4n;
    });
    const { inference, metrics } = await start([{ name: "typescript", create: slowReference }, gpu]);
    await inference.learn(id, model);
    const batch = Int16Array.from(Array.from({ length: 64 }, () => Array.from(row)).flat());
    assert.equal((await inference.predict(id, batch, 64))?.engine, "gpu");

    isWrong = true;
    const prediction = await inference.predict(id, batch, 64);
    assert.equal(prediction?.engine, "typescript");
    assert.deepEqual(new Set(prediction?.outputs), new Set([BigInt(output)]));
    assert.match(
      inference.health().models[0]?.refused[0]?.reason ?? "",
      /^gave -?\d+ for row \d+, the reference -?\d+$/,
    );
    assert.match(metrics.text(), /^ai_node_engine_failures\{engine="gpu"\} 1$/m);
  });

  it("goes on with the next engine when one hangs, and what it writes later is nobody's answer", async ({ mock }) => {
    const { promise, resolve: wake } = Promise.withResolvers<void>();
    let isHanging = false;
    const gpu = faulty("gpu", (engine) => async (rows, outputs) => {
      engine.run(rows, outputs);
      if (!isHanging) return;
      await promise;
      outputs.fill(0n);
    });
    const { inference } = await start([{ name: "typescript", create: slowReference }, gpu]);
    await inference.learn(id, model);

    isHanging = true;
    mock.timers.enable({ apis: ["setTimeout"] });
    const asked = inference.predict(id, row, 1);
    mock.timers.tick(60_000);
    const prediction = await asked;
    wake();
    await promise;
    assert.deepEqual([prediction?.engine, prediction?.outputs], ["typescript", BigInt64Array.of(BigInt(output))]);
    assert.match(inference.health().models[0]?.refused[0]?.reason ?? "", /^no answer within \d+ ms$/);
  });

  it("tests a model once, however often it is named, and knows none before", async () => {
    let made = 0;
    const counting: EngineFactory = {
      name: "typescript",
      create: (of) => {
        made += 1;
        return createTypescriptEngine(of);
      },
    };
    const { inference } = await start([counting]);
    assert.equal(await inference.predict(id, row, 1), undefined);
    const before = made;
    await Promise.all([inference.learn(id, model), inference.learn(id, model)]);
    await inference.learn(id, model);
    assert.equal(made, before + 1);
  });
});

/** So slow that any other engine is faster, whatever else the machine does. */
const slowReference = (of: Model): Engine => {
  const engine = createTypescriptEngine(of);
  return {
    ...engine,
    run: (rows, outputs) => {
      for (let k = 0; k < 20; k += 1) engine.run(rows, outputs);
    },
  };
};

describe("the reference", () => {
  it("SIG-1: is believed when it gives its known answers", () => assert.doesNotThrow(() => checkReference()));

  it("SIG-1: ends the program with a sentence when it does not", () => {
    const broken = (of: Model, values: number[]): bigint => evaluate(of, values) ^ 1n;
    assert.throws(
      () => checkReference(broken),
      (error) =>
        error instanceof InputError &&
        /^The reference gives -?\d+ where -?\d+ is known to be right \(linear, largest weights\): .*install both again\.$/.test(
          error.message,
        ),
    );
  });
});

describe("engines of this machine", () => {
  it("are the reference and WebAssembly everywhere; the others are there or absent for a reason", async () => {
    const { present, absent, close } = await openFactories("off");
    const names = present.map(({ name }) => name);
    assert.deepEqual(names.slice(0, 2), ["typescript", "wasm"]);
    assert.equal(absent.find(({ name }) => name === "webgpu")?.reason, "GPU is off");
    for (const { name, reason } of absent) assert.ok(reason.length > 0, name);
    assert.equal(names.length + absent.length, 5);
    close();
  });

  it("include a GPU when asked for one in software, which answers like the reference and is reported", async () => {
    const gpu = await openGpu("software");
    assert.ok(typeof gpu !== "string", String(gpu));
    assert.match(gpu.device.adapterInfo.description, /SwiftShader/);
    gpu.close();
  });
});
