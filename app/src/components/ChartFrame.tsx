import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useText } from "../messages/text.tsx";
import { type ChartMarker, type ChartSeries, chartText, valueAt } from "./chart-series.ts";
import { Sign } from "./Sign.tsx";

const TimeChart = lazy(async () => ({ default: (await import("./TimeChart.tsx")).TimeChart }));

type ChartFrameProps = {
  label: string;
  height: number;
  series: readonly ChartSeries[] | undefined; // undefined while loading
  markers?: readonly ChartMarker[];
  markerLabel?: string;
  onPick?: (time: number) => void;
  empty: string;
  table: ReactNode;
};

const NO_MARKERS: readonly ChartMarker[] = [];
const COLOR = { accent: "primary.main", text: "text.primary", quiet: "text.secondary" } as const;

const LegendItem = ({ series, time }: { series: ChartSeries; time: number | undefined }) => {
  const value = valueAt(series, time);
  return (
    <Box component="li" sx={{ display: "flex", alignItems: "center", gap: 0.75, whiteSpace: "nowrap" }}>
      <Box
        component="span"
        aria-hidden
        sx={{ width: 16, borderTop: 2, borderTopStyle: series.stroke, borderColor: COLOR[series.tone] }}
      />
      <Box component="span" sx={{ color: "text.secondary" }}>
        {series.label}
      </Box>
      <Box component="span" sx={{ minWidth: "4ch" }}>
        {value === undefined ? "–" : chartText(value, series.digits, series.unit)}
      </Box>
    </Box>
  );
};

/** A chart with its legend above and the same data as a table behind it. */
export const ChartFrame = ({
  label,
  height,
  series,
  markers = NO_MARKERS,
  markerLabel,
  onPick,
  empty,
  table,
}: ChartFrameProps) => {
  const { m } = useText();
  const [time, setTime] = useState<number | undefined>(undefined);
  const [isTableOpen, setTableOpen] = useState(false);
  const isEmpty = series?.every(({ points }) => points.length === 0) ?? false;
  return (
    <Box component="figure" aria-label={label} sx={{ m: 0 }}>
      <Box
        component="ul"
        sx={{
          listStyle: "none",
          m: 0,
          p: 0,
          px: 2,
          pb: 1,
          display: "flex",
          flexWrap: "wrap",
          columnGap: 3,
          rowGap: 0.5,
          typography: "body2",
          minHeight: 28,
        }}
      >
        {series?.map((item) => (
          <LegendItem key={item.id} series={item} time={time} />
        ))}
        {markerLabel !== undefined && markers.length > 0 && (
          <Box component="li" sx={{ color: "text.secondary", whiteSpace: "nowrap" }}>
            <Sign shape="dot" />
            {markerLabel}
          </Box>
        )}
      </Box>
      <Box sx={{ height, px: 1 }}>
        {series === undefined ? (
          <Skeleton variant="rectangular" height="100%" sx={{ mx: 1 }} />
        ) : isEmpty ? (
          <Box
            sx={{
              height: "100%",
              display: "grid",
              placeItems: "center",
              color: "text.secondary",
              textAlign: "center",
              px: 2,
            }}
          >
            {empty}
          </Box>
        ) : (
          <Suspense fallback={<Skeleton variant="rectangular" height="100%" sx={{ mx: 1 }} />}>
            <TimeChart series={series} markers={markers} onHover={setTime} onPick={onPick} />
          </Suspense>
        )}
      </Box>
      <Box
        component="details"
        onToggle={(event) => setTableOpen((event.target as HTMLDetailsElement).open)}
        sx={{ px: 2, py: 1, typography: "body2" }}
      >
        <Box component="summary" sx={{ color: "text.secondary", cursor: "pointer", width: "fit-content" }}>
          {m.shell.table}
        </Box>
        {isTableOpen && (
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
    </Box>
  );
};
