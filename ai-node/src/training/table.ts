// A report as people read it.
import type { Comparison, Estimate } from "./hac.ts";
import type { Report } from "./report.ts";
import type { ComparedScore, Score } from "./scores.ts";
import type { Window } from "./study.ts";

const COLUMNS = ["", "R²", "float", "QLIKE", "DM of errors", "DM of QLIKE"];

const decimals = (value: number): string => value.toFixed(3).replace("-", "−");

const estimate = ({ value, error }: Estimate): string => `${decimals(value)} ± ${decimals(error)}`;

const comparison = ({ statistic, p }: Comparison): string =>
  `${statistic >= 0 ? "+" : "−"}${Math.abs(statistic).toFixed(2)} ${p < 0.001 ? "p < .001" : `p = ${p.toFixed(3).slice(1)}`}`;

const compared = ({ againstHar: { squaredError, qlike } }: ComparedScore): string[] =>
  [squaredError, qlike].map(comparison);

const scored = (name: string, { r2, qlike }: Score, float = ""): string[] => [
  name,
  estimate(r2),
  float,
  estimate(qlike),
];

const windowRows = ({ kinds, har, naive }: Window, chosen: string): string[][] => [
  ...kinds.map((score) => [
    ...scored(score.kind === chosen ? `${score.kind} *` : score.kind, score, decimals(score.floatR2)),
    ...compared(score),
  ]),
  scored("HAR", har),
  [...scored("as last", naive), ...compared(naive)],
];

const aligned = (rows: string[][]): string[] => {
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("   ")
      .trimEnd(),
  );
};

const resultLines = ({ frozen, expanding, kind, trainUntil, test, meanVolBps }: Report): string[] => {
  if (frozen === null || expanding === null || meanVolBps === null) {
    return [`tested    ${test.rows} rows after the training end are too few to score`];
  }
  const rows = aligned([COLUMNS, ...windowRows(frozen, kind), ...windowRows(expanding, kind)]);
  const [header = "", ...body] = rows;
  const percent = (bps: number) => `${(bps / 100).toFixed(2)} %/yr`;
  return [
    `tested    on ${test.rows} rows, ${test.from} to ${test.to}`,
    "",
    header,
    `frozen: fitted once, on what was known on ${trainUntil.slice(0, 10)}`,
    ...body.slice(0, body.length / 2),
    `expanding: fitted again every ${expanding.refitEvery} rows on everything known by then`,
    ...body.slice(body.length / 2),
    "",
    "± standard error (Newey–West); DM: Diebold–Mariano against HAR, + is better than HAR",
    `mean forecast of the frozen ${kind} model ${percent(meanVolBps.forecast)}, realised ${percent(meanVolBps.realised)}`,
  ];
};

/** How the kind was chosen, when there was a choice. */
const choiceLine = ({ choice: { kind, losses } }: Report): string[] => {
  if (losses.length < 2) return [];
  const each = losses.map((loss) => `${loss.kind} ${loss.squaredError.toFixed(4)}`).join(", ");
  return [`chosen    ${kind}: the simplest within a standard error of the best on the last training rows (${each})`];
};

/** What was learnt, on what, and how good it is; gas in words where it was not measured. */
export const tableOf = (report: Report, gas: string): string =>
  [
    `model     ${report.modelId}`,
    `kind      ${report.kind}, ${report.horizon} candles ahead, ${gas}`,
    `trained   on ${report.train.rows} rows, ${report.train.from} to ${report.train.to}`,
    ...choiceLine(report),
    ...(report.acrossGaps === 0 ? [] : [`left out  ${report.acrossGaps} rows across gaps that stop publishing`]),
    ...resultLines(report),
  ].join("\n");
