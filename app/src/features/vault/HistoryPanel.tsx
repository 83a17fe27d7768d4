import { useMemo } from "react";
import { useNavigate } from "react-router";
import { ChartFrame } from "../../components/ChartFrame.tsx";
import type { ChartMarker, ChartSeries } from "../../components/chart-series.ts";
import { DataTable } from "../../components/DataTable.tsx";
import { Panel } from "../../components/Panel.tsx";
import type { VaultConfig } from "../../config.ts";
import type { Vault } from "../../data/vaults.ts";
import { chartNumber, fixed, percent, utcDate } from "../../format.ts";
import { type FoundVault, signalPath } from "../../links.ts";
import { type HistoryRow, history } from "./model.ts";
import { useFillMarks, useVaultPoints } from "./use-vault.ts";

const HEIGHT = 300;
const TABLE_ROWS = 250;
const MARKS_SHOWN = 60; // more would hide the line

type Line = Omit<ChartSeries, "points"> & { value: (row: HistoryRow) => number };

const lineOf = ({ value, ...line }: Line, rows: readonly HistoryRow[]): ChartSeries => ({
  ...line,
  points: rows.map((row) => ({ time: Number(row.at), value: value(row) })),
});

const seriesOf = (rows: readonly HistoryRow[], { base, positions }: VaultConfig): ChartSeries[] => {
  const unit = ` ${base.symbol}`;
  const symbol = positions[0]?.symbol ?? "";
  const lines: Line[] = [
    {
      id: "nav",
      label: "NAV per share",
      pane: 0,
      tone: "accent",
      stroke: "solid",
      digits: 4,
      axisDigits: 2,
      isFromZero: false,
      unit,
      value: (row) => chartNumber(row.navPerShare, base.decimals),
    },
    {
      id: "hold",
      label: `${symbol} bought and held`,
      pane: 0,
      tone: "quiet",
      stroke: "dashed",
      digits: 4,
      axisDigits: 2,
      isFromZero: false,
      unit,
      value: (row) => chartNumber(row.hold, base.decimals),
    },
    {
      id: "weight",
      label: `Weight of ${symbol}`,
      pane: 1,
      tone: "text",
      stroke: "solid",
      digits: 1,
      axisDigits: 0,
      isFromZero: true,
      unit: " %",
      value: (row) => row.weightBps / 100,
    },
  ];
  return lines.map((line) => lineOf(line, rows));
};

const markersOf = (rows: readonly HistoryRow[]): ChartMarker[] =>
  rows
    .filter(({ traded }) => traded !== 0n)
    .slice(-MARKS_SHOWN)
    .map(({ at }) => ({ time: Number(at), kind: "trade" }));

const HistoryTable = ({ rows, decimals }: { rows: readonly HistoryRow[]; decimals: number }) => (
  <DataTable
    label={`Newest ${TABLE_ROWS} candles`}
    columns={["Close", "NAV per share", "Bought and held", "Weight"]}
    rows={rows
      .slice(-TABLE_ROWS)
      .reverse()
      .map((row) => ({
        key: String(row.round),
        cells: [
          utcDate(row.at),
          fixed(row.navPerShare, decimals, 6),
          fixed(row.hold, decimals, 6),
          percent(row.weightBps),
        ],
      }))}
  />
);

type HistoryPanelProps = { found: FoundVault; vault: Vault | undefined };

/** NAV against buying and holding, the weight below, a dot where the vault traded. */
export const HistoryPanel = ({ found, vault }: HistoryPanelProps) => {
  const navigate = useNavigate();
  const { data: points } = useVaultPoints(found);
  const { data: marks } = useFillMarks(found);
  const { startNavPerShare, startPrice, startAt } = vault ?? {};
  // The vault changes with every block; its history only with its points and its start.
  const rows = useMemo(() => {
    if (points === undefined || marks === undefined || startAt === undefined) return undefined;
    const start = { startNavPerShare: startNavPerShare ?? null, startPrice: startPrice ?? null, startAt };
    return history(start, points, marks);
  }, [startNavPerShare, startPrice, startAt, points, marks]);
  const series = useMemo(() => rows && seriesOf(rows, found.vault), [rows, found.vault]);
  const markers = useMemo(() => markersOf(rows ?? []), [rows]);
  const feed = found.vault.positions[0]?.feed;

  const openTrade = (time: number) => {
    const row = rows?.find(({ at }) => Number(at) === time);
    if (row !== undefined && row.traded !== 0n && feed !== undefined)
      void navigate(signalPath(found.chain.id, feed, row.round));
  };

  return (
    <Panel title="History" flush>
      <ChartFrame
        label="NAV per share against buying and holding, and the weight held"
        height={HEIGHT}
        series={series}
        markers={markers}
        markerLabel="Newest trades: click for the signal"
        onPick={openTrade}
        empty="The history begins with the first candle after the first deposit."
        table={rows ? <HistoryTable rows={rows} decimals={found.vault.base.decimals} /> : null}
      />
    </Panel>
  );
};
