// A study as one JSON object: the figures everybody asks for first, then all the others.
import type { Candle } from "@aibot/kit/candles";
import { featureSets } from "@aibot/kit/features";
import type { Model } from "@aibot/kit/models";
import type { Kind } from "./kinds.ts";
import type { KindScore, Study, Window } from "./study.ts";

export type ReportParams = {
  study: Study;
  market: string;
  candles: Candle[];
  gas: number | undefined; // of one run of the model on chain; undefined: not measured
  settings: { period: number; horizon: number; periodsPerYear: number; halfLives: number[]; trainUntil: bigint };
};

export type Report = ReturnType<typeof reportOf>;

/** `r2` and `qlike` are of the frozen model whose id is given: trained to `trainUntil`, tested on all that follows. */
export const reportOf = ({ study, market, candles, gas, settings }: ReportParams) => {
  const { frozen, expanding, meanVolBps } = study.results ?? {};
  const { period, horizon, periodsPerYear, halfLives, trainUntil } = settings;
  return rounded({
    market,
    rows: candles.length,
    trainRows: study.train.rows,
    testRows: study.test.rows,
    r2: headline(frozen, study.kind, "r2"),
    qlike: headline(frozen, study.kind, "qlike"),
    modelId: study.modelId,
    gas: gas ?? null,
    kind: study.kind,
    ...{ period, horizon, periodsPerYear, halfLives, trainUntil: new Date(Number(trainUntil) * 1000).toISOString() },
    ...{ train: study.train, test: study.test, acrossGaps: study.acrossGaps },
    choice: study.choice,
    frozen: frozen ?? null,
    expanding: expanding ?? null,
    meanVolBps: meanVolBps ?? null,
    model: describe(study.model),
  });
};

const headline = (window: Window | undefined, kind: Kind, figure: "r2" | "qlike") => {
  const chosen: KindScore | undefined = window?.kinds.find((score) => score.kind === kind);
  const take = (score: Pick<KindScore, "r2" | "qlike"> | undefined) => score?.[figure].value ?? null;
  return { model: take(chosen), har: take(window?.har), naive: take(window?.naive) };
};

const Q22 = 2 ** 22;
const Q32 = 2 ** 32;

const describe = ({ featureSet, minCandles, closeToRange, bias, weights }: Model) => ({
  ...{ featureSet, minCandles, closeToRange: Number(closeToRange) / Q32, bias: Number(bias) / Q32 },
  weights: weights.map((weight, k) => ({
    lane: featureSets[featureSet]?.lanes[k]?.name ?? `${k}`,
    weight: Number(weight) / Q22,
  })),
});

const DECIMALS = 6;

/** Every number with at most six decimals: more would only show on which machine they were computed. */
const rounded = <Value>(value: Value): Value =>
  JSON.parse(
    JSON.stringify(value, (_, one) => (typeof one === "number" ? Number(one.toFixed(DECIMALS)) : one)),
  ) as Value;
