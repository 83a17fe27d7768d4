import Box from "@mui/material/Box";
import { useText } from "../messages/text.tsx";
import { type ChartSeries, chartText, valueAt } from "./chart-series.ts";
import { type Shape, Sign } from "./Sign.tsx";

const WHOLE_DIGITS = 3; // and a point: room for most values, so that the line keeps its place when they come

const MARKER_WIDTH = 360; // as wide before its number is known as afterwards: what is beside it keeps its line

const COLOR = { accent: "primary.main", text: "text.primary", quiet: "text.secondary" } as const;

const LIST = {
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
} as const;

const LegendItem = ({ series, time }: { series: ChartSeries; time: number | undefined }) => {
  const { f } = useText();
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
      <Box component="span" sx={{ minWidth: `${WHOLE_DIGITS + series.digits + series.unit.length}ch` }}>
        {value === undefined ? "–" : chartText(f, value, series.digits, series.unit)}
      </Box>
    </Box>
  );
};

type ChartLegendProps = {
  series: readonly ChartSeries[];
  time: number | undefined;
  marker: { shape: Shape; label: string } | undefined;
};

/** What the lines mean, and their values where the crosshair is. */
export const ChartLegend = ({ series, time, marker }: ChartLegendProps) => (
  <Box component="ul" sx={LIST}>
    {series.map((item) => (
      <LegendItem key={item.id} series={item} time={time} />
    ))}
    {marker && (
      <Box component="li" sx={{ color: "text.secondary", minWidth: { sm: MARKER_WIDTH } }}>
        <Sign shape={marker.shape} />
        {marker.label}
      </Box>
    )}
  </Box>
);
