// onnxruntime and TensorFlow are not installed with the project, so their engines meet stand-ins here: of TensorFlow an
// obvious float32 one, of onnxruntime an interpreter of the very file that it would be given. The packages themselves
// are tested wherever they are installed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { Scale } from "@aibot/kit/dense";
import type { Engine } from "@aibot/kit/engines/engine";
import { selfTest } from "@aibot/kit/engines/self-test";
import { unpackLanes } from "@aibot/kit/features";
import { type DenseModel, decodeModel, evaluate } from "@aibot/kit/models";
import type { Hex } from "viem";
import { openFactories } from "./factories.ts";
import { float32 } from "./float32-tensors.ts";
import { runOnnx } from "./onnx-interpreter.ts";
import { createOnnxruntimeEngine } from "./onnxruntime.ts";
import { createTensorflowEngine, leastSums, type Tensorflow } from "./tensorflow.ts";

type Vector = { name: string; blob: Hex; cases: [lanes: Hex, output: string][] };
const vectors: Vector[] = JSON.parse(
  readFileSync(new URL("../../../test/vectors/dense.json", import.meta.url), "utf8"),
);

const denseOf = ({ blob }: Vector): DenseModel => {
  const model = decodeModel(blob);
  return model.kind === "dense" ? model : assert.fail(`a ${model.kind} model among the dense ones`);
};

const equalsEveryVector = async (create: (model: DenseModel) => Promise<Engine>): Promise<void> => {
  for (const vector of vectors) {
    const engine = await create(denseOf(vector));
    const outputs = new BigInt64Array(vector.cases.length);
    await engine.run(Int16Array.from(vector.cases.flatMap(([lanes]) => unpackLanes(lanes, 6))), outputs);
    const expected = vector.cases.map(([, output]) => BigInt(output));
    assert.deepEqual(Array.from(outputs), expected, vector.name);
  }
};

const standIn = {
  InferenceSession: {
    create: async (graph: Uint8Array) => ({
      run: async ({ lanes }: Record<string, { data: unknown }>) => ({
        outputs: { data: runOnnx(graph, lanes?.data as Float64Array) },
      }),
      release: async () => {},
    }),
  },
  Tensor: class {
    data: Float64Array;
    constructor(_type: "float64", data: Float64Array) {
      this.data = data;
    }
  },
};

describe("the onnxruntime engine", () => {
  it("SIG-1: writes a file that gives every vector", () =>
    equalsEveryVector((model) => createOnnxruntimeEngine(standIn, model)));
});

const UNSAFE_SCALE: Scale = { multiplier: 40_503, shift: 30 };

const exactActivation = (sum: number, { multiplier, shift }: Scale): bigint => {
  const scaled = (BigInt(sum) * BigInt(multiplier) + (1n << BigInt(shift - 1))) >> BigInt(shift);
  return scaled < 0n ? 0n : scaled > 127n ? 127n : scaled;
};

/** Sums just below a half, which float32 takes for one. */
const sumsRoundedWrongly = (scale: Scale): number[] => {
  const { multiplier, shift } = scale;
  const sums: number[] = [];
  for (let sum = 2 ** 20; sum < 2 ** 21; sum += 1) {
    const rounded = Math.floor(Math.fround(Math.fround(sum * (multiplier / 2 ** shift)) + 0.5));
    if (BigInt(rounded) !== exactActivation(sum, scale)) sums.push(sum);
  }
  return sums;
};

/** Adds up the activations of `sums`, whatever the lanes are. */
const modelOfSums = (sums: number[], unitScale: Scale): DenseModel => ({
  ...{ kind: "dense", featureSet: 1, period: 86_400, horizon: 5, minCandles: 0, closeToRange: 0n, bias: 0n },
  weights: [0n, 0n, 0n, 0n, 0n, 0n],
  unitScale,
  units: sums.map((bias) => ({ lane: 0, slope: 0, bias })),
  layers: [{ multiplier: 1, shift: 0, biases: [0], weights: [sums.map(() => 1)] }],
});

/** Tables of the sums at which activations change become tables that no sum is below or above. */
const noTable = (values: number[] | Float32Array): number[] | Float32Array =>
  values.length === 129 ? Array.from(values, () => Number.NaN) : values;

describe("the TensorFlow engine", () => {
  it("SIG-1: gives every vector, though it computes in float32", () =>
    equalsEveryVector((model) => createTensorflowEngine(float32, model)));

  it("SIG-1: corrects the activations that float32 rounds wrongly", async () => {
    const model = modelOfSums(sumsRoundedWrongly(UNSAFE_SCALE).slice(0, 10), UNSAFE_SCALE);
    const lanes = Int16Array.of(0, 0, 0, 0, 0, 0);
    const answer = async (tf: Tensorflow): Promise<bigint | undefined> => {
      const outputs = new BigInt64Array(1);
      await (await createTensorflowEngine(tf, model)).run(lanes, outputs);
      return outputs[0];
    };
    const uncorrected = {
      ...float32,
      tensor1d: (values: number[] | Float32Array) => float32.tensor1d(noTable(values)),
    };
    assert.equal(await answer(float32), evaluate(model, Array.from(lanes)));
    assert.notEqual(await answer(uncorrected), await answer(float32));
  });

  const scales: Scale[] = [
    { multiplier: 1, shift: 1 },
    { multiplier: 2, shift: 1 },
    { multiplier: 65_535, shift: 16 },
    { multiplier: 40_503, shift: 29 },
    { multiplier: 3, shift: 40 },
  ];
  for (const scale of scales) {
    it(`knows the sums at which an activation changes: ${scale.multiplier} / 2^${scale.shift}`, () => {
      const activation = (sum: number) => exactActivation(sum, scale);
      leastSums(scale).forEach((sum, level) => {
        if (level === 0 || level > 127 || sum >= 2 ** 23) return; // no sum is as large
        assert.ok(activation(sum) >= level, `${sum} gives ${activation(sum)}, at least ${level} was expected`);
        assert.ok(activation(sum - 1) < level, `${sum - 1} gives ${activation(sum - 1)} already`);
      });
    });
  }
});

describe("packages that are installed", async () => {
  const { present, close } = await openFactories("off");
  for (const name of ["onnxruntime", "tensorflow"]) {
    const factory = present.find((one) => one.name === name);
    it(`SIG-1: ${name} passes the self-test on every dense vector model`, { skip: factory === undefined }, async () => {
      for (const vector of vectors) {
        const model = denseOf(vector);
        const engine = (await factory?.create(model)) ?? assert.fail();
        assert.equal(await selfTest(engine, model), undefined, vector.name);
        engine.close();
      }
    });
  }
  close();
});
