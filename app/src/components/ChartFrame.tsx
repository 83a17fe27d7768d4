import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { lazy, type ReactNode, Suspense, useMemo, useState, useSyncExternalStore } from "react";
import { useText } from "../messages/text.tsx";
import { ChartKeys } from "./ChartKeys.tsx";
import { ChartLegend } from "./ChartLegend.tsx";
import type { ChartMarker, ChartSeries } from "./chart-series.ts";
import { type ChartSync, createChartSync } from "./chart-sync.ts";
import { WhenNear } from "./Later.tsx";

const TimeChart = lazy(async () => ({ default: (await import("./TimeChart.tsx")).TimeChart }));

type ChartFrameProps = {
  label: string;
  height: number;
  series: readonly ChartSeries[];
  isLoading: boolean; // the lines are named already
  markers?: readonly ChartMarker[];
  markerLabel?: string;
  onPick?: (time: number) => void;
  empty: string;
  table: ReactNode;
  sync?: ChartSync; // shared with the other charts of a page: one crosshair for all
};

const NO_MARKERS: readonly ChartMarker[] = [];

const SHAPES = { trade: "dot", here: "dot", buy: "up", sell: "down" } as const;

const EMPTY_HEIGHT = 120;
const EMPTY = {
  height: "100%",
  display: "grid",
  placeItems: "center",
  color: "text.secondary",
  textAlign: "center",
  px: 2,
} as const;

type DataBehindProps = { label: string; table: ReactNode };

/** The same data as a table, made when somebody opens it. */
const DataBehind = ({ label, table }: DataBehindProps) => {
  const { m } = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <Box
      component="details"
      onToggle={(event) => setOpen((event.target as HTMLDetailsElement).open)}
      sx={{ px: 2, py: 1, typography: "body2" }}
    >
      <Box component="summary" sx={{ color: "text.secondary", cursor: "pointer", width: "fit-content" }}>
        {m.shell.table}
      </Box>
      {isOpen && (
        <Box
          tabIndex={0}
          role="region"
          aria-label={m.shell.tableOf(label)}
          sx={{ maxHeight: 320, overflow: "auto", mt: 1 }}
        >
          {table}
        </Box>
      )}
    </Box>
  );
};

/** A chart with its legend above and the same data as a table behind it. */
export const ChartFrame = (props: ChartFrameProps) => {
  const { label, height, series, isLoading, markers = NO_MARKERS, markerLabel, onPick, empty, table } = props;
  const own = useMemo(createChartSync, []);
  const sync = props.sync ?? own;
  const time = useSyncExternalStore(sync.subscribe, sync.time);
  const [first] = markers;
  const hasMarker = markerLabel !== undefined && (isLoading || first !== undefined);
  const marker = hasMarker ? { shape: first ? SHAPES[first.kind] : "dot", label: markerLabel } : undefined;
  const isEmpty = !isLoading && series.every(({ points }) => points.length === 0);
  const waiting = <Skeleton variant="rectangular" height="100%" sx={{ mx: 1 }} />;
  return (
    <Box component="figure" aria-label={label} sx={{ m: 0 }}>
      <ChartLegend series={series} time={time} marker={marker} />
      <Box sx={{ height: isEmpty ? Math.min(height, EMPTY_HEIGHT) : height, px: 1 }}>
        {isLoading ? (
          waiting
        ) : isEmpty ? (
          <Box sx={EMPTY}>{empty}</Box>
        ) : (
          <ChartKeys label={label} series={series} sync={sync} time={time} onPick={onPick}>
            <WhenNear fallback={waiting}>
              <Suspense fallback={waiting}>
                <TimeChart series={series} markers={markers} sync={sync} onPick={onPick} />
              </Suspense>
            </WhenNear>
          </ChartKeys>
        )}
      </Box>
      <DataBehind label={label} table={table} />
    </Box>
  );
};
