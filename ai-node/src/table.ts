// A verdict as a table: every number between the signed candle and the published value.
import { priceText } from "@aibot/kit/candles";
import { denseCorrection } from "@aibot/kit/dense";
import { featureSets } from "@aibot/kit/features";
import { log2Q32 } from "@aibot/kit/fixed-math";
import { forestCorrection } from "@aibot/kit/forests";
import type { Model } from "@aibot/kit/models";
import { volatilityBps } from "@aibot/kit/signals";
import type { Verdict } from "./track.ts";

const Q22 = 2 ** 22;
const Q32 = 2 ** 32;

type Line = [what: string, integer: string, number: string, meaning: string];

const q32 = (value: bigint): string => (Number(value) / Q32).toFixed(6);
const time = (seconds: bigint): string => new Date(Number(seconds) * 1000).toISOString().slice(0, 16).replace("T", " ");
const percentPerYear = (value: bigint): string => `${(Number(volatilityBps(value)) / 100).toFixed(2)} %/yr`;

const candleLines = ({ candle, evidence }: Verdict): Line[] => {
  if (candle === undefined) return [["candle", "", "", "none"]];
  const prices = (["open", "high", "low", "close"] as const).map(
    (field): Line => [field, `${candle[field]}`, priceText(candle[field]), ""],
  );
  const signers = evidence?.signers.map((signer): Line => ["signed by", "", "", signer]) ?? [];
  const source: Line[] =
    evidence === undefined
      ? [["seeded", "", "", "by the governor, before the first live candle"]]
      : [["report", "", "", `transaction ${evidence.tx}, quorum ${evidence.quorum}`], ...signers];
  return [["candle", "", "", `${time(candle.start)} to ${time(candle.end)} UTC`], ...prices, ...source];
};

const laneLines = (lanes: number[], model: Model): Line[] =>
  lanes.flatMap((lane, k): Line[] => {
    const { name = `lane ${k}`, scale = 1, meaning = "" } = featureSets[model.featureSet]?.lanes[k] ?? {};
    const weight = model.weights[k] ?? 0n;
    return [
      [name, `${lane}`, (lane / scale).toFixed(6), meaning],
      ["  × weight", `${weight}`, (Number(weight) / Q22).toFixed(6), ""],
      ["  = part", `${weight * BigInt(lane)}`, q32(weight * BigInt(lane)), ""],
    ];
  });

/** What a forest or a network adds to the linear part. */
const correctionLines = (lanes: number[], model: Model): Line[] => {
  switch (model.kind) {
    case "linear":
      return [];
    case "forest": {
      const value = forestCorrection(model, lanes);
      return [["+ forest", `${value}`, q32(value), `${model.trees.length} trees of depth ${model.depth}`]];
    }
    case "dense": {
      const value = denseCorrection(model, lanes);
      return [["+ network", `${value}`, q32(value), `${model.units.length} inputs, ${model.layers.length} layers`]];
    }
  }
};

const modelLines = ({ model, lanes, terms, modelId }: Verdict): Line[] => {
  if (model === undefined) return [["model", "", "", `${modelId}, its blob could not be read`]];
  const half = log2Q32(BigInt(terms?.periodsPerYear ?? 1)) >> 1n;
  return [
    ["model", "", "", `${modelId}, ${model.kind}, ${model.horizon} candles ahead`],
    ...laneLines(lanes, model),
    ["+ bias", `${model.bias}`, q32(model.bias), ""],
    ...correctionLines(lanes, model),
    ["+ closeToRange", `${model.closeToRange}`, q32(model.closeToRange), "close-to-close over range volatility"],
    ["+ ½·log2(year)", `${half}`, q32(half), `${terms?.periodsPerYear} periods a year`],
  ];
};

const resultLines = ({ reference, chain, differences }: Verdict): Line[] => [
  [
    "reference",
    `${reference ?? "none"}`,
    reference === undefined ? "" : q32(reference),
    reference === undefined ? "" : percentPerYear(reference),
  ],
  ["chain", `${chain}`, q32(chain), percentPerYear(chain)],
  ...(differences.length === 0
    ? [["equal", "", "", "bit for bit"] as Line]
    : differences.map((difference): Line => ["NOT EQUAL", "", "", difference])),
];

/** The steps of one round, one line each, columns aligned. */
export const verdictTable = (verdict: Verdict): string => {
  const header: Line = ["step", "integer", "number", `round ${verdict.round}, block ${verdict.block}`];
  const lines = [header, ...candleLines(verdict), ...modelLines(verdict), ...resultLines(verdict)];
  const width = (column: 0 | 1 | 2) => Math.max(...lines.map((line) => line[column].length));
  const [whatWidth, integerWidth, numberWidth] = [width(0), width(1), width(2)];
  return lines
    .map(([what, integer, number, meaning]) =>
      `${what.padEnd(whatWidth)}  ${integer.padStart(integerWidth)}  ${number.padStart(numberWidth)}  ${meaning}`.trimEnd(),
    )
    .join("\n");
};
