import Box from "@mui/material/Box";
import { useMemo } from "react";
import { ChartFrame } from "../../components/ChartFrame.tsx";
import type { ChartSeries } from "../../components/chart-series.ts";
import { DataTable } from "../../components/DataTable.tsx";
import { Panel } from "../../components/Panel.tsx";
import { chartNumber } from "../../format.ts";
import { type Messages, useText } from "../../messages/text.tsx";
import { CloseDate } from "./CloseDate.tsx";
import type { RollingErrors } from "./scores.ts";
import { factorText, wadText } from "./text.ts";

const HEIGHT = 280;
const TABLE_ROWS = 250;

/** For drawing only. */
const factorOf = (errorQ32: bigint): number => 2 ** (Number(errorQ32) / 2 ** 32);
const ratioOf = (wad: bigint): number => chartNumber(wad, 18);

type Line = Pick<ChartSeries, "pane" | "tone" | "stroke" | "unit" | "isFromZero"> & {
  id: "error" | "errorNaive" | "qlike" | "qlikeNaive";
  value: (row: RollingErrors) => number;
};

const UPPER = { pane: 0, unit: "×", isFromZero: false } as const;
const LOWER = { pane: 1, unit: "", isFromZero: true } as const;
const OURS = { tone: "accent", stroke: "solid" } as const;
const THEIRS = { tone: "quiet", stroke: "dotted" } as const;

const LINES: Line[] = [
  { id: "error", ...UPPER, ...OURS, value: ({ forecast }) => factorOf(forecast.absQ32) },
  { id: "errorNaive", ...UPPER, ...THEIRS, value: ({ naive }) => factorOf(naive.absQ32) },
  { id: "qlike", ...LOWER, ...OURS, value: ({ forecast }) => ratioOf(forecast.qlikeWad) },
  { id: "qlikeNaive", ...LOWER, ...THEIRS, value: ({ naive }) => ratioOf(naive.qlikeWad) },
];

const seriesOf = (rows: readonly RollingErrors[], m: Messages): ChartSeries[] =>
  LINES.map(({ value, ...line }) => ({
    ...line,
    label: m.signal.errors[line.id],
    digits: 2,
    axisDigits: 1,
    points: rows.map((row) => ({ time: Number(row.closedAt), value: value(row) })),
  }));

const ErrorsTable = ({ rows, label }: { rows: readonly RollingErrors[]; label: string }) => {
  const { m, f } = useText();
  return (
    <DataTable
      label={label}
      columns={m.signal.errors.columns}
      rows={rows
        .slice(-TABLE_ROWS)
        .reverse()
        .map(({ round, closedAt, forecast, naive }) => ({
          key: String(round),
          cells: [
            round,
            <CloseDate key="close" at={closedAt} />,
            factorText(f, forecast.absQ32),
            factorText(f, naive.absQ32),
            wadText(f, forecast.qlikeWad),
            wadText(f, naive.qlikeWad),
          ],
        }))}
    />
  );
};

type ErrorsPanelProps = { rows: readonly RollingErrors[] | undefined; window: number };

/** Whether the model is getting better or worse than the forecast anybody could make. */
export const ErrorsPanel = ({ rows, window }: ErrorsPanelProps) => {
  const { m, f } = useText();
  const series = useMemo(() => seriesOf(rows ?? [], m), [rows, m]);
  const text = m.signal.errors;
  const label = text.label(f.count(window));
  return (
    <Panel title={text.title} flush>
      <ChartFrame
        label={label}
        height={HEIGHT}
        series={series}
        isLoading={rows === undefined}
        empty={text.empty(f.count(window))}
        table={rows ? <ErrorsTable rows={rows} label={label} /> : null}
      />
      <Box sx={{ typography: "body2", color: "text.secondary", px: 2, pb: 2 }}>{text.explained(f.count(window))}</Box>
    </Panel>
  );
};
