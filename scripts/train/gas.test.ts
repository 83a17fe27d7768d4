import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alphaQ32 } from "@aibot/kit/features";
import { encodeModel } from "@aibot/kit/models";
import { fitKinds, kinds } from "../../ai-node/src/training/kinds.ts";
import { collectSamples, type Sample } from "../../ai-node/src/training/samples.ts";
import { syntheticCandles } from "../../ai-node/src/training/synthetic.ts";
import { measureModelGas } from "./gas.ts";

const terms = { featureSet: 1, period: 3_600, horizon: 3, minCandles: 60, closeToRange: 0n };

describe("models that were just trained, on chain", () => {
  const { samples } = collectSamples({
    candles: syntheticCandles({ count: 2_000, period: 3_600, seed: 13 }),
    alphasQ32: [2, 5, 10, 15, 3, 12].map((periods) => alphaQ32(1_000 * periods)),
    harWindows: [1, 5, 22],
    ...terms,
  });
  const fits = fitKinds({ kinds, rows: samples, terms, efforts: { trees: 40, rounds: 3 } });

  it("are taken by the registry and give the reference's integers, each kind for no more gas than a signal may cost", async () => {
    const most = { linear: 5_000, forest: 20_000, dense: 25_000 };
    for (const { kind, model } of fits) {
      const { lanes } = samples[500] as Sample;
      const gas = await measureModelGas(encodeModel(model), lanes); // throws when chain and reference differ
      assert.ok(gas > 1_000 && gas < most[kind], `${kind}: ${gas}`);
    }
  });
});
