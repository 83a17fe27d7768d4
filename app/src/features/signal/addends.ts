// A forecast is a sum. These are its terms, so that a reader can add them up.
import { log2Q32 } from "@aibot/kit/fixed-math";
import type { Model } from "@aibot/kit/models";

export type Addend =
  | { kind: "lane"; lane: number; value: number; weight: bigint; amount: bigint } // weight Q22 · int16 Q10 = Q32
  | { kind: "bias" | "correction" | "closeToRange" | "periods"; amount: bigint };

export type AddendsParams = { model: Model; lanes: readonly number[]; output: bigint; periodsPerYear: number };

/** The terms of a forecast, Q32 and exact. What trees or a network add is one term: it belongs to no single feature. */
export const addendsOf = ({ model, lanes, output, periodsPerYear }: AddendsParams): Addend[] => {
  const products = model.weights.map(
    (weight, lane): Addend => ({
      kind: "lane",
      lane,
      value: lanes[lane] ?? 0,
      weight,
      amount: weight * BigInt(lanes[lane] ?? 0),
    }),
  );
  const linear = products.reduce((sum, { amount }) => sum + amount, model.bias);
  return [
    ...products,
    ...(model.bias === 0n ? [] : [{ kind: "bias", amount: model.bias } as const]),
    ...(model.kind === "linear" ? [] : [{ kind: "correction", amount: output - linear } as const]),
    { kind: "closeToRange", amount: model.closeToRange },
    { kind: "periods", amount: log2Q32(BigInt(periodsPerYear)) >> 1n },
  ];
};

/** How much one feature moved a forecast from the one before, which the same model computed. */
export const movedBy = (model: Model, lanes: readonly number[], previous: readonly number[]): bigint[] =>
  model.weights.map((weight, lane) => weight * BigInt((lanes[lane] ?? 0) - (previous[lane] ?? 0)));
