import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Scale } from "@aibot/kit/dense";
import { emptyFeatureState, featureLanes, packLanes, packWords, stepFeatures, unpackLanes } from "@aibot/kit/features";
import { exp2Wad, log2Q32, mulDiv, mulDivUp, sqrt } from "@aibot/kit/fixed-math";
import { type DenseModel, decodeModel, encodeModel, evaluate, type LinearModel } from "@aibot/kit/models";
import { EXACT_BITS, exactExp2Q32, exactLog2 } from "./exact.ts";
import {
  denseVectors,
  exp2Vectors,
  featureVectors,
  forestVectors,
  linearVectors,
  log2Vectors,
  mulDivVectors,
  sqrtVectors,
  vectorFiles,
} from "./generate.ts";

describe("vector files", () => {
  for (const [name, text] of Object.entries(vectorFiles())) {
    it(`${name} is what generate.ts writes`, () => {
      assert.ok(readFileSync(join(import.meta.dirname, name), "utf8") === text, "run `node test/vectors/generate.ts`");
    });
  }
});

describe("log2Q32", () => {
  it("equals every vector", () => {
    for (const [x, log] of log2Vectors()) assert.equal(log2Q32(BigInt(x)), BigInt(log), x);
  });

  it("is within 1.2 units of 2^-32 of the true logarithm", () => {
    const unit = 1n << 64n; // of 2^-32 in a logarithm of 96 fraction bits
    const worst = log2Vectors().reduce((most, [x]) => {
      const error = (log2Q32(BigInt(x)) << 64n) - exactLog2(BigInt(x), 96);
      const size = error < 0n ? -error : error;
      return size > most ? size : most;
    }, 0n);
    assert.ok(worst * 10n <= unit * 12n, `worst error is ${Number((worst * 1000n) / unit) / 1000} units`);
  });

  it("is exact at powers of two", () => {
    for (let k = 0n; k < 256n; k += 1n) assert.equal(log2Q32(1n << k), k << 32n);
  });
});

describe("exp2Wad", () => {
  it("equals every vector", () => {
    for (const [x, power] of exp2Vectors()) assert.equal(exp2Wad(BigInt(x)), BigInt(power), x);
  });

  it("is within a relative error of 10^-11 and one unit of the true power", () => {
    for (const [text] of exp2Vectors()) {
      const x = BigInt(text);
      if (x < -60n << 32n) continue;
      const truth = (exactExp2Q32(x) * 10n ** 18n) >> EXACT_BITS;
      const error = exp2Wad(x) - truth;
      assert.ok((error < 0n ? -error : error) <= truth / 10n ** 11n + 1n, `exp2Wad(${x}) is off by ${error}`);
    }
  });
});

describe("sqrt", () => {
  it("equals every vector", () => {
    for (const [x, root] of sqrtVectors()) assert.equal(sqrt(BigInt(x)), BigInt(root), x);
  });
});

describe("mulDiv", () => {
  it("equals every vector, down and up", () => {
    for (const [a, b, c, down, up] of mulDivVectors()) {
      const [x, y, z] = [BigInt(a), BigInt(b), BigInt(c)];
      assert.deepEqual([mulDiv(x, y, z), mulDivUp(x, y, z)], [BigInt(down), BigInt(up)], `${a} · ${b} / ${c}`);
    }
  });
});

describe("features", () => {
  for (const { name, alphasQ32, steps } of featureVectors()) {
    it(`step as every vector says: ${name}`, () => {
      const alphas = alphasQ32.map(BigInt);
      let state = emptyFeatureState();
      for (const [k, { candle, words, lanes }] of steps.entries()) {
        const [open = 0n, high = 0n, low = 0n, close = 0n] = candle.map(BigInt);
        state = stepFeatures(state, { start: BigInt(k), end: BigInt(k + 1), open, high, low, close }, alphas);
        assert.deepEqual(packWords(state.words), words, `words after step ${k + 1}`);
        assert.equal(packLanes(featureLanes(state)), lanes, `lanes after step ${k + 1}`);
      }
      assert.equal(state.index, steps.length);
    });
  }
});

describe("linear models", () => {
  it("encode, decode and evaluate as every vector says", () => {
    for (const { model: fields, blob, cases } of linearVectors()) {
      const { closeToRange, bias, weights, ...header } = fields as Record<string, string> & { weights: string[] };
      const model: LinearModel = {
        kind: "linear",
        featureSet: 1,
        period: Number(header.period),
        horizon: Number(header.horizon),
        minCandles: Number(header.minCandles),
        closeToRange: BigInt(closeToRange ?? ""),
        bias: BigInt(bias ?? ""),
        weights: weights.map(BigInt),
      };
      assert.equal(encodeModel(model), blob);
      assert.deepEqual(decodeModel(blob as `0x${string}`), model);
      for (const [lanes, output] of cases) {
        assert.equal(evaluate(model, unpackLanes(lanes as `0x${string}`, 6)), BigInt(output));
      }
    }
  });
});

/** Which edges of rounding and clamping the first two layers of `model` meet on `lanes`. */
const edgesMet = ({ unitScale, units, layers }: DenseModel, lanes: number[]): string[] => {
  const scaled = (sum: number, { multiplier, shift }: Scale) => (sum * multiplier + 2 ** (shift - 1)) / 2 ** shift;
  const edges = (values: number[], where: string): string[] =>
    values.flatMap((value) => [
      ...(value < 0 ? [`${where} low`] : []),
      ...(value >= 128 ? [`${where} high`] : []),
      ...(Number.isInteger(value) && value > 0 && value < 128 ? [`${where} half`] : []),
    ]);

  const first = units.map(({ lane, slope, bias }) => scaled(slope * ((lanes[lane] ?? 0) + 2 ** 15) + bias, unitScale));
  const layer = layers[0];
  if (layer === undefined || layers.length === 1) return edges(first, "unit");
  const inputs = first.map((value) => Math.min(Math.max(Math.floor(value), 0), 127));
  const second = layer.weights.map((row, k) =>
    scaled(
      row.reduce((sum, weight, i) => sum + weight * (inputs[i] ?? 0), layer.biases[k] ?? 0),
      layer,
    ),
  );
  return [...edges(first, "unit"), ...edges(second, "layer")];
};

const corrected = { forest: forestVectors(), dense: denseVectors() };

for (const [kind, vectors] of Object.entries(corrected)) {
  describe(`${kind} models`, () => {
    for (const { name, blob, cases } of vectors) {
      it(`decode, encode and evaluate as every vector says: ${name}`, () => {
        const model = decodeModel(blob as `0x${string}`);
        assert.equal(model.kind, kind);
        assert.equal(encodeModel(model), blob);
        for (const [lanes, output] of cases) {
          assert.equal(evaluate(model, unpackLanes(lanes as `0x${string}`, 6)), BigInt(output), lanes);
        }
      });
    }

    it("have at least 1,000 vectors", () => {
      assert.ok(vectors.reduce((count, { cases }) => count + cases.length, 0) >= 1_000);
    });
  });
}

describe("dense vectors", () => {
  it("meet both clamps and exact halves, in units and layers", () => {
    const seen = new Set<string>();
    for (const { blob, cases } of corrected.dense) {
      const model = decodeModel(blob as `0x${string}`);
      if (model.kind !== "dense") throw new Error(`a ${model.kind} model among the dense ones`);
      for (const [lanes] of cases)
        for (const edge of edgesMet(model, unpackLanes(lanes as `0x${string}`, 6))) seen.add(edge);
    }
    assert.deepEqual([...seen].sort(), ["layer half", "layer high", "layer low", "unit half", "unit high", "unit low"]);
  });
});
