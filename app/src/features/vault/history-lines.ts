// The lines and markers of a vault's two charts.
import type { ChartMarker, ChartSeries } from "../../components/chart-series.ts";
import type { VaultConfig } from "../../config.ts";
import { chartNumber } from "../../format.ts";
import type { Messages } from "../../messages/text.tsx";
import type { HistoryRow } from "./history.ts";

type Line = Omit<ChartSeries, "points"> & { value: (row: HistoryRow) => number | undefined };

const drawn = (lines: readonly Line[], rows: readonly HistoryRow[]): ChartSeries[] =>
  lines.map(({ value, ...line }) => ({
    ...line,
    points: rows.flatMap((row) => {
      const found = value(row);
      return found === undefined ? [] : [{ time: Number(row.at), value: found }];
    }),
  }));

const VALUE = { pane: 0, digits: 4, axisDigits: 2, isFromZero: false } as const;
const PERCENT = { digits: 1, axisDigits: 0, isFromZero: true, unit: " %" } as const;

const percentOf = (bps: number | undefined): number | undefined => (bps === undefined ? undefined : bps / 100);

/** NAV per share beside buying and holding; below, the weight held and the one aimed at. */
export const valueLines = (rows: readonly HistoryRow[], vault: VaultConfig, m: Messages): ChartSeries[] => {
  const text = m.vault.history;
  const { base, positions } = vault;
  const symbol = positions[0]?.symbol ?? "";
  const unit = ` ${base.symbol}`;
  const lines: Line[] = [
    {
      ...VALUE,
      unit,
      id: "nav",
      label: text.navPerShare,
      tone: "accent",
      stroke: "solid",
      value: (row) => chartNumber(row.navPerShare, base.decimals),
    },
    {
      ...VALUE,
      unit,
      id: "hold",
      label: text.hold(symbol),
      tone: "quiet",
      stroke: "dashed",
      value: (row) => chartNumber(row.hold, base.decimals),
    },
    {
      ...PERCENT,
      pane: 1,
      id: "weight",
      label: text.weight(symbol),
      tone: "text",
      stroke: "solid",
      value: ({ weightBps }) => percentOf(weightBps),
    },
    {
      ...PERCENT,
      pane: 1,
      id: "target",
      label: text.target(symbol),
      tone: "quiet",
      stroke: "dotted",
      value: ({ targetBps }) => percentOf(targetBps),
    },
  ];
  return drawn(lines, rows);
};

/** What was forecast for the asset, what the vault aims at, and what its value did. */
export const volatilityLines = (
  rows: readonly HistoryRow[],
  { symbol, window }: { symbol: string; window: number },
  m: Messages,
): ChartSeries[] => {
  const text = m.vault.history;
  const line = { ...PERCENT, pane: 0 } as const;
  const lines: Line[] = [
    {
      ...line,
      id: "held",
      label: text.held(window),
      tone: "accent",
      stroke: "solid",
      value: ({ heldBps }) => percentOf(heldBps),
    },
    {
      ...line,
      id: "aim",
      label: text.aim,
      tone: "text",
      stroke: "dotted",
      value: ({ aimBps }) => percentOf(aimBps),
    },
    {
      ...line,
      id: "forecast",
      label: text.forecast(symbol),
      tone: "quiet",
      stroke: "dashed",
      value: ({ forecastBps }) => percentOf(forecastBps),
    },
  ];
  return drawn(lines, rows);
};

const MARKS_SHOWN = 40; // more would hide the line

/** The newest trades, on the line of the value. */
export const tradeMarkers = (rows: readonly HistoryRow[]): ChartMarker[] =>
  rows
    .filter(({ traded }) => traded !== 0n)
    .slice(-MARKS_SHOWN)
    .map(({ at, traded }) => ({ time: Number(at), kind: traded > 0n ? "buy" : "sell" }));

/** The signals that led to those trades, on the line of the forecast. */
export const signalMarkers = (rows: readonly HistoryRow[]): ChartMarker[] =>
  rows
    .filter(({ traded, forecastBps }) => traded !== 0n && forecastBps !== undefined)
    .slice(-MARKS_SHOWN)
    .map(({ at }) => ({ time: Number(at), kind: "trade", on: "forecast" }));
