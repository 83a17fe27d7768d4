import Box from "@mui/material/Box";
import { useMemo } from "react";
import { useNavigate } from "react-router";
import { ChartFrame } from "../../components/ChartFrame.tsx";
import type { ChartMarker, ChartSeries } from "../../components/chart-series.ts";
import { DataTable } from "../../components/DataTable.tsx";
import { Panel } from "../../components/Panel.tsx";
import type { Outlook } from "../../data/signals.ts";
import { fixed, percent, utcDate } from "../../format.ts";
import { type FoundFeed, signalPath } from "../../links.ts";
import { type Accuracy, accuracy } from "./model.ts";
import { useOutlooks } from "./use-signal.ts";

const HEIGHT = 240;
const TABLE_ROWS = 250;

type Line = Omit<ChartSeries, "points" | "pane" | "digits" | "axisDigits" | "unit" | "isFromZero"> & {
  value: (row: Outlook) => number | null;
};

const LINES: Line[] = [
  { id: "forecast", label: "Forecast", tone: "accent", stroke: "solid", value: (row) => row.volatilityBps },
  { id: "outcome", label: "What happened", tone: "text", stroke: "solid", value: (row) => row.realisedVolBps },
  { id: "naive", label: "Same as lately", tone: "quiet", stroke: "dotted", value: (row) => row.naiveVolBps },
];

const seriesOf = (rows: readonly Outlook[]): ChartSeries[] =>
  LINES.map(({ value, ...line }) => ({
    ...line,
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

const Score = ({ score }: { score: Accuracy }) => (
  <Box sx={{ typography: "body2" }}>
    mean error over {score.rounds.toLocaleString("en")} rounds, percentage points: forecast{" "}
    {fixed(BigInt(score.forecastErrorBps), 2, 1)}, same as lately {fixed(BigInt(score.naiveErrorBps), 2, 1)}
  </Box>
);

const OutlookTable = ({ rows }: { rows: readonly Outlook[] }) => {
  const cell = (bps: number | null) => (bps === null ? "–" : percent(bps));
  return (
    <DataTable
      label={`Newest ${TABLE_ROWS} rounds`}
      columns={["Round", "Close", "Forecast", "What happened", "Same as lately"]}
      rows={rows
        .slice(-TABLE_ROWS)
        .reverse()
        .map((row) => ({
          key: String(row.round),
          cells: [
            row.round,
            utcDate(row.closedAt),
            cell(row.volatilityBps),
            cell(row.realisedVolBps),
            cell(row.naiveVolBps),
          ],
        }))}
    />
  );
};

type OutlookPanelProps = { found: FoundFeed; horizon: number | undefined; chosen: number | undefined };

/** Honesty is a feature: each forecast beside what happened and beside the forecast anybody could make. */
export const OutlookPanel = ({ found, horizon, chosen }: OutlookPanelProps) => {
  const navigate = useNavigate();
  const { data: rows } = useOutlooks(found, horizon);
  const series = useMemo(() => rows && seriesOf(rows), [rows]);
  const markers = useMemo(
    (): ChartMarker[] =>
      (rows ?? [])
        .filter(({ round }) => round === chosen)
        .map(({ closedAt }) => ({ time: Number(closedAt), kind: "here" })),
    [rows, chosen],
  );
  const score = useMemo(() => rows && accuracy(rows), [rows]);

  const openRound = (time: number) => {
    const row = rows?.find(({ closedAt }) => Number(closedAt) === time);
    if (row !== undefined) void navigate(signalPath(found.chain.id, found.market.feed, row.round));
  };

  return (
    <Panel title="Forecast against what happened, volatility a year" aside={score && <Score score={score} />} flush>
      <ChartFrame
        label="Forecast volatility against what happened and against the volatility of the days before"
        height={HEIGHT}
        series={series}
        markers={markers}
        onPick={openRound}
        empty="The chart begins with the first round."
        table={rows ? <OutlookTable rows={rows} /> : null}
      />
    </Panel>
  );
};
