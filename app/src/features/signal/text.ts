// Integers of a forecast as text.
import type { Model } from "@aibot/kit/models";
import { volatilityBps } from "@aibot/kit/signals";
import type { Format } from "../../format.ts";
import type { Messages } from "../../messages/text.tsx";

/** A signal value as the volatility it means. */
export const percentOf = (f: Format, value: bigint): string => f.percent(Number(volatilityBps(value)));

/** A Q32 term of log2, with its sign. */
export const log2Text = (f: Format, valueQ32: bigint): string =>
  `${valueQ32 > 0n ? "+" : ""}${f.fixed((valueQ32 * 10n ** 9n) >> 32n, 9, 3)}`;

/** A Q32 error of log2 as the factor it is. */
export const factorText = (f: Format, errorQ32: bigint): string => `${f.fixed(volatilityBps(errorQ32), 4, 2)}×`;

export const wadText = (f: Format, wad: bigint): string => f.fixed(wad, 18, 3);

/** What computed the forecast, in words. */
export const kindText = (m: Messages, f: Format, model: Model): string => {
  const inputs = f.count(model.weights.length);
  switch (model.kind) {
    case "linear":
      return m.signal.model.linear(inputs);
    case "forest":
      return m.signal.model.forest(inputs, f.count(model.trees.length));
    case "dense":
      return m.signal.model.dense(inputs, f.count(model.layers.length));
  }
};

/** The part of a model that belongs to no single feature, in words. */
export const correctionText = (m: Messages, f: Format, model: Model): string | undefined => {
  switch (model.kind) {
    case "linear":
      return undefined;
    case "forest":
      return m.signal.features.terms.forest(f.count(model.trees.length));
    case "dense":
      return m.signal.features.terms.dense(f.count(model.layers.length));
  }
};
