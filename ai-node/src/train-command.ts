// `train`: a CSV of candles becomes a model blob and a report.
import { basename } from "node:path";
import { calendarOf, halfLives, horizonOf, periodsPerYear } from "@aibot/kit/calendars";
import { type Candle, parsePeriod, parseTime } from "@aibot/kit/candles";
import { InputError } from "@aibot/kit/errors";
import { alphaQ32 } from "@aibot/kit/features";
import { Command } from "commander";
import type { Hex } from "viem";
import { readInput, writeModelFile, writeWhole } from "./model-file.ts";
import { readCandles } from "./training/candle-file.ts";
import { type Kind, kinds } from "./training/kinds.ts";
import { reportOf } from "./training/report.ts";
import { warmUpCandles } from "./training/samples.ts";
import { study } from "./training/study.ts";
import { tableOf } from "./training/table.ts";

export type TrainOptions = {
  data: string;
  market?: string;
  period?: string;
  horizon?: string;
  trainUntil?: string;
  kind: string;
  refitEvery?: string;
  halfLives?: string;
  periodsPerYear?: string;
  out?: string;
  json?: boolean;
};

/** Gas of one run of a registered model on chain, on the features `lanes`. */
export type MeasureGas = (blob: Hex, lanes: number[]) => Promise<number>;

const FEATURE_SET = 1;
const HALF_LIVES = 6; // of feature set 1
const TRAINING_SHARE = 0.6; // of the candles after the warm-up, where no training end is given

export const createTrainCommand = (measureGas?: MeasureGas): Command =>
  new Command("train")
    .description("fit volatility models on the candles of a CSV file and measure them on those after the training end")
    .requiredOption("--data <csv>", "columns time or date, open, high, low, close, sorted either way")
    .option("--market <name>", "for the report (default: the name of the file)")
    .option("--period <length>", "length of a candle: 1d, 4h, 15m (default: the usual distance of two)")
    .option("--horizon <n>", "candles ahead, up to 255 (default: 5 of a day or more, 24 of less)")
    .option("--train-until <day>", "nothing that ends later is seen in training (default: after 60 % of the rows)")
    .option("--kind <kind>", `${kinds.join(", ")} or best, chosen on the last training rows`, "best")
    .option("--refit-every <rows>", "of the expanding window (default: a twelfth of the test rows)")
    .option("--half-lives <list>", "of the four range and two drift features, in periods (default: the market's)")
    .option("--periods-per-year <n>", "for %/yr in the report (default: the market's)")
    .option("--out <file>", "the blob, bytes when it ends in .bin, hex otherwise; <file>.json is the report")
    .option("--json", "print the report as one JSON line")
    .action((options: TrainOptions) => runTrain(options, measureGas));

export const runTrain = async (options: TrainOptions, measureGas?: MeasureGas): Promise<void> => {
  const settings = parseOptions(options);
  const name = basename(options.data);
  const text = readInput(options.data).toString("utf8");
  const { candles, period } = readCandles(text, name, settings.period);
  const usedHalfLives = settings.halfLives ?? halfLives(period);
  const alphasQ32 = usedHalfLives.map((halfLife) => alphaQ32(Math.round(halfLife * 1000)));
  const used = {
    period,
    horizon: settings.horizon ?? horizonOf(period),
    trainUntil: settings.trainUntil ?? usualTrainingEnd(candles, warmUpCandles(alphasQ32)),
    halfLives: usedHalfLives,
    periodsPerYear: settings.periodsPerYear ?? periodsPerYear({ period, calendar: calendarOf(candles) }),
  };

  const { kinds: fitted, refitEvery } = settings;
  const studied = study({ ...used, candles, alphasQ32, featureSet: FEATURE_SET, kinds: fitted, refitEvery });
  const gas = await measureGas?.(studied.blob, studied.lanes);

  const market = options.market ?? name.replace(/\.[^.]*$/, "");
  const report = reportOf({ study: studied, market, candles, gas, settings: used });
  const written =
    options.out === undefined ? "not written: name a file with --out" : write(options.out, studied.blob, report);
  console.log(options.json === true ? JSON.stringify(report) : `${tableOf(report, gasText(gas))}\n${written}`);
};

const usualTrainingEnd = (candles: Candle[], warmUp: number): bigint => {
  const first = warmUp + Math.floor(TRAINING_SHARE * Math.max(0, candles.length - warmUp));
  return (candles[first] ?? candles.at(-1))?.start ?? 0n;
};

const gasText = (gas: number | undefined): string =>
  gas === undefined ? "`npm run train` measures its gas on a chain" : `${gas} gas a run`;

const write = (out: string, blob: Hex, report: object): string => {
  writeModelFile(out, blob);
  writeWhole(`${out}.json`, `${JSON.stringify(report, null, 2)}\n`);
  return `written   ${out} and ${out}.json`;
};

/* OPTIONS */

const refuse = (name: string, value: string, remedy: string): never => {
  throw new InputError(`--${name} ${value} is not usable: ${remedy}.`);
};

const whole = (name: string, value: string, max: number): number =>
  /^\d{1,6}$/.test(value) && Number(value) >= 1 && Number(value) <= max
    ? Number(value)
    : refuse(name, value, `give a whole number from 1 to ${max}`);

/** Of an option that may be left out. */
const given = <Value>(value: string | undefined, parse: (value: string) => Value): Value | undefined =>
  value === undefined ? undefined : parse(value);

const parseOptions = (options: TrainOptions) => ({
  period: given(
    options.period,
    (value) => parsePeriod(value) ?? refuse("period", value, "write for example 1d, 4h or 15m"),
  ),
  horizon: given(options.horizon, (value) => whole("horizon", value, 255)),
  trainUntil: given(
    options.trainUntil,
    (value) => parseTime(value) ?? refuse("train-until", value, "write a day as YYYY-MM-DD"),
  ),
  kinds: parseKinds(options.kind),
  refitEvery: given(options.refitEvery, (value) => whole("refit-every", value, 100_000)),
  halfLives: given(
    options.halfLives,
    (value) => parseHalfLives(value) ?? refuse("half-lives", value, `give ${HALF_LIVES} periods, 1.5,4,12,40,2,10`),
  ),
  periodsPerYear: given(options.periodsPerYear, (value) => whole("periods-per-year", value, 65_535)),
});

const parseKinds = (value: string): readonly Kind[] => {
  if (value === "best") return kinds;
  const kind = kinds.find((one) => one === value);
  return kind === undefined ? refuse("kind", value, `choose ${kinds.join(", ")} or best`) : [kind];
};

const parseHalfLives = (text: string): number[] | undefined => {
  const periods = text.split(",").map(Number);
  const isUsable = periods.length === HALF_LIVES && periods.every((value) => value >= 0.001 && value <= 1e6);
  return isUsable ? periods : undefined;
};
