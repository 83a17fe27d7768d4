// From candles to a model and what is known of it: the kind chosen on training rows, every kind tested on those after
// them, frozen and walking forward.
import type { Candle } from "@aibot/kit/candles";
import { decodeModel, encodeModel, evaluate, type Model, modelId } from "@aibot/kit/models";
import { annualised, realisedValue, volatilityBps } from "@aibot/kit/signals";
import type { Hex } from "viem";
import { type Choice, chooseKind } from "./choose.ts";
import { meanOf } from "./hac.ts";
import { fitKinds, type Kind } from "./kinds.ts";
import { type Prepared, prepareRows, type RowRange, rangeOf, type TrainParams } from "./prepare.ts";
import type { Sample } from "./samples.ts";
import { type ComparedScore, compareWith, type Score, scoreOf } from "./scores.ts";
import { type Walk, walkExpanding, walkFrozen } from "./walk-forward.ts";

export type StudyParams = TrainParams & {
  kinds: readonly Kind[]; // to fit and to choose from
  refitEvery?: number | undefined; // rows; undefined: REFITS times in the test part
};

/** The score of a kind is that of the integers the chain computes; `floatR2` is what rounding started from. */
export type KindScore = ComparedScore & { kind: Kind; floatR2: number };

export type Window = { kinds: KindScore[]; har: Score; naive: ComparedScore };

export type Study = {
  model: Model;
  blob: Hex;
  modelId: Hex;
  kind: Kind;
  choice: Choice;
  train: RowRange;
  test: RowRange;
  acrossGaps: number;
  lanes: number[]; // of the last row, to try the model on
  /** Null when the test rows are too few to say anything. */
  results: { frozen: Window; expanding: Window & { refitEvery: number }; meanVolBps: MeanVolatility } | null;
};

const REFITS = 12;
const LEAST_TEST_OUTCOMES = 2; // that do not overlap

/** The fewest test rows that are scored. */
export const leastTestRows = (horizon: number): number => LEAST_TEST_OUTCOMES * horizon;

export const study = (params: StudyParams): Study => {
  const prepared = prepareRows(params);
  const { samples, training, test, terms } = prepared;
  const { kinds, horizon } = params;
  const choice = chooseKind({ kinds, rows: training, terms });
  const { kind, efforts } = choice;
  const fits = fitKinds({ kinds, rows: training, terms, efforts });
  const fitted = fits.find((fit) => fit.kind === kind) as (typeof fits)[number]; // chosen among `kinds`
  const blob = encodeModel(fitted.model);
  const model = decodeModel(blob); // what the chain will read

  const refitEvery = params.refitEvery ?? Math.max(horizon, Math.ceil(test.length / REFITS));
  const results = () => ({
    frozen: windowOf(walkFrozen({ test, training, fits }), prepared),
    expanding: {
      refitEvery,
      ...windowOf(walkExpanding({ samples, test, kinds, terms, efforts, refitEvery }), prepared),
    },
    meanVolBps: meanVolatility(params, model, test),
  });
  return {
    ...{ model, blob, modelId: modelId(blob), kind, choice },
    ...{ train: rangeOf(training), test: rangeOf(test), acrossGaps: prepared.acrossGaps },
    lanes: samples.at(-1)?.lanes ?? [],
    results: test.length < leastTestRows(horizon) ? null : results(),
  };
};

const windowOf = (walk: Walk, { test, terms: { horizon } }: Prepared): Window => {
  const targets = Float64Array.from(test, ({ target }) => target);
  const forecasts = (values: Float64Array) => ({ values, targets, horizon });
  const har = forecasts(walk.har);
  const compared = (values: Float64Array) => compareWith(har, forecasts(values));
  return {
    kinds: walk.kinds.map(({ kind, values, floats }) => ({
      ...{ kind, ...compared(values), floatR2: scoreOf(forecasts(floats)).r2.value },
    })),
    har: scoreOf(har),
    naive: compared(Float64Array.from(test, ({ naive }) => naive)),
  };
};

/** Mean annualised volatility over the test rows, in basis points. */
export type MeanVolatility = { forecast: number; realised: number };

const meanVolatility = (
  { candles, horizon, periodsPerYear }: { candles: Candle[]; horizon: number; periodsPerYear: number },
  model: Model,
  test: Sample[],
): MeanVolatility => {
  const mean = (signal: (sample: Sample) => bigint) =>
    Math.round(meanOf(test.map((sample) => Number(volatilityBps(signal(sample))))));
  const closesAfter = ({ index }: Sample) => candles.slice(index - 1, index + horizon).map(({ close }) => close);
  return {
    forecast: mean(({ lanes }) => annualised(evaluate(model, lanes), model, periodsPerYear)),
    realised: mean((sample) => realisedValue(closesAfter(sample), periodsPerYear)),
  };
};
