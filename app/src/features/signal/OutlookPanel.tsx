import { useMemo } from "react";
import { useNavigate } from "react-router";
import { ChartFrame } from "../../components/ChartFrame.tsx";
import type { ChartMarker, ChartSeries } from "../../components/chart-series.ts";
import { DataTable } from "../../components/DataTable.tsx";
import { Panel } from "../../components/Panel.tsx";
import type { Outlook } from "../../data/signals.ts";
import { type FoundFeed, signalPath } from "../../links.ts";
import { type Messages, useText } from "../../messages/text.tsx";
import { CloseDate } from "./CloseDate.tsx";

const HEIGHT = 240;
const TABLE_ROWS = 250;

type Line = Pick<ChartSeries, "tone" | "stroke"> & {
  id: "forecast" | "outcome" | "naive";
  value: (row: Outlook) => number | null;
};

const LINES: Line[] = [
  { id: "forecast", tone: "accent", stroke: "solid", value: (row) => row.volatilityBps },
  { id: "outcome", tone: "text", stroke: "solid", value: (row) => row.realisedVolBps },
  { id: "naive", tone: "quiet", stroke: "dotted", value: (row) => row.naiveVolBps },
];

const seriesOf = (rows: readonly Outlook[], m: Messages): ChartSeries[] =>
  LINES.map(({ value, ...line }) => ({
    ...line,
    label: m.signal.outlook[line.id],
    pane: 0,
    digits: 1,
    axisDigits: 0,
    isFromZero: true,
    unit: " %",
    points: rows.flatMap((row) => {
      const bps = value(row);
      return bps === null ? [] : [{ time: Number(row.closedAt), value: bps / 100 }];
    }),
  }));

const OutlookTable = ({ rows }: { rows: readonly Outlook[] }) => {
  const { m, f } = useText();
  const cell = (bps: number | null) => (bps === null ? "–" : f.percent(bps));
  return (
    <DataTable
      label={m.signal.outlook.newest(f.count(TABLE_ROWS))}
      columns={m.signal.outlook.columns}
      rows={rows
        .slice(-TABLE_ROWS)
        .reverse()
        .map((row) => ({
          key: String(row.round),
          cells: [
            row.round,
            <CloseDate key="close" at={row.closedAt} />,
            cell(row.volatilityBps),
            cell(row.realisedVolBps),
            cell(row.naiveVolBps),
          ],
        }))}
    />
  );
};

type OutlookPanelProps = { found: FoundFeed; rows: readonly Outlook[] | undefined; chosen: number | undefined };

/** Honesty is a feature: each forecast beside what happened and beside the forecast anybody could make. */
export const OutlookPanel = ({ found, rows, chosen }: OutlookPanelProps) => {
  const { m } = useText();
  const navigate = useNavigate();
  const series = useMemo(() => seriesOf(rows ?? [], m), [rows, m]);
  const markers = useMemo(
    (): ChartMarker[] =>
      (rows ?? [])
        .filter(({ round }) => round === chosen)
        .map(({ closedAt }) => ({ time: Number(closedAt), kind: "here" })),
    [rows, chosen],
  );

  const openRound = (time: number) => {
    const row = rows?.find(({ closedAt }) => Number(closedAt) === time);
    if (row !== undefined) void navigate(signalPath(found.chain.id, found.market.feed, row.round));
  };

  return (
    <Panel title={m.signal.outlook.title} flush>
      <ChartFrame
        label={m.signal.outlook.label}
        height={HEIGHT}
        series={series}
        isLoading={rows === undefined}
        markers={markers}
        onPick={openRound}
        empty={m.signal.outlook.empty}
        table={rows ? <OutlookTable rows={rows} /> : null}
      />
    </Panel>
  );
};
