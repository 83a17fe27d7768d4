// `train`: a CSV of candles becomes a model blob and a report.
import { basename } from "node:path";
import { parseCandlesCsv, parsePeriod, parseTime } from "@aibot/kit/candles";
import { InputError } from "@aibot/kit/errors";
import { alphaQ32 } from "@aibot/kit/features";
import { encodeModel, modelId } from "@aibot/kit/models";
import { readInput, writeModelFile, writeWhole } from "./model-file.ts";
import { type TrainReport, train } from "./train.ts";

export type TrainOptions = {
  data: string;
  period: string;
  horizon: string;
  trainUntil: string;
  halfLives: string;
  periodsPerYear: string;
  out: string;
  json?: boolean;
};

const FEATURE_SET = 1;
const HALF_LIVES = 6; // of feature set 1

export const runTrain = (options: TrainOptions): void => {
  const settings = parseOptions(options);
  const text = readInput(options.data).toString("utf8");
  const candles = parseCandlesCsv({ text, name: basename(options.data), period: settings.period });

  const { model, report } = train({ ...settings, candles, featureSet: FEATURE_SET });
  const blob = encodeModel(model);
  const full = { modelId: modelId(blob), data: basename(options.data), period: options.period, ...report };
  writeModelFile(options.out, blob);
  writeWhole(`${options.out}.json`, `${JSON.stringify(full, null, 2)}\n`);

  const written = `${options.out} and ${options.out}.json`;
  console.log(options.json === true ? JSON.stringify(full) : `${summary(report, full.modelId)}\nwritten ${written}`);
};

const parseOptions = (options: TrainOptions) => {
  const refuse = (name: string, value: string, remedy: string): never => {
    throw new InputError(`--${name} ${value} is not usable: ${remedy}.`);
  };
  const whole = (name: string, value: string, max: number): number =>
    /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= max
      ? Number(value)
      : refuse(name, value, `give a whole number from 1 to ${max}`);
  const { period, trainUntil, halfLives } = options;
  return {
    period: parsePeriod(period) ?? refuse("period", period, "write for example 1d, 4h or 15m"),
    horizon: whole("horizon", options.horizon, 255),
    periodsPerYear: whole("periods-per-year", options.periodsPerYear, 65_535),
    trainUntil: parseTime(trainUntil) ?? refuse("train-until", trainUntil, "write a day as YYYY-MM-DD"),
    alphasQ32:
      parseHalfLives(halfLives) ?? refuse("half-lives", halfLives, `give ${HALF_LIVES} periods, 1.5,4,12,40,2,10`),
  };
};

const parseHalfLives = (text: string): bigint[] | undefined => {
  const millis = text.split(",").map((part) => Math.round(Number(part) * 1000));
  const isUsable = millis.length === HALF_LIVES && millis.every((value) => value >= 1 && value <= 1e9);
  return isUsable ? millis.map(alphaQ32) : undefined;
};

const summary = ({ train, test, rSquared, meanVolBps }: TrainReport, id: string): string => {
  const percent = (bps: number) => `${(bps / 100).toFixed(2)} %/yr`;
  const rows = ({ rows, from, to }: TrainReport["train"]) => (rows === 0 ? "none" : `${rows} rows, ${from} to ${to}`);
  return [
    `model    ${id}`,
    `trained  on ${rows(train)}`,
    `tested   on ${rows(test)}`,
    ...(rSquared === null
      ? []
      : [
          `R²       ${rSquared.model.toFixed(3)} out of sample; HAR ${rSquared.har.toFixed(3)}, naive ${rSquared.naive.toFixed(3)}`,
        ]),
    ...(meanVolBps === null
      ? []
      : [`mean     forecast ${percent(meanVolBps.forecast)}, realised ${percent(meanVolBps.realised)}`]),
  ].join("\n");
};
