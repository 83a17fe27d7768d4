import Box from "@mui/material/Box";
import type { KeyboardEvent, ReactNode } from "react";
import { useText } from "../messages/text.tsx";
import { type ChartSeries, chartText, chartTime, isDaily, longest, stepTo, valueAt } from "./chart-series.ts";
import type { ChartSync } from "./chart-sync.ts";

type ChartKeysProps = {
  label: string;
  series: readonly ChartSeries[];
  sync: ChartSync;
  time: number | undefined;
  onPick: ((time: number) => void) | undefined;
  children: ReactNode;
};

/** Moves the crosshair by the keyboard and says what it points at: arrows, Home, End; Enter opens what is marked there. */
export const ChartKeys = ({ label, series, sync, time, onPick, children }: ChartKeysProps) => {
  const { f } = useText();
  const points = longest(series);
  const index = time === undefined ? points.length - 1 : points.findIndex((point) => point.time === time);
  const at = points[index]?.time;

  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter" && at !== undefined) return onPick?.(at);
    if (event.key === "Escape") return sync.hover(undefined);
    const next = stepTo(event.key, index, points.length);
    if (next === undefined) return;
    event.preventDefault();
    sync.hover(points[next]?.time);
  };

  const values = series.map((line) => {
    const value = valueAt(line, at);
    return `${line.label} ${value === undefined ? "–" : chartText(f, value, line.digits, line.unit)}`;
  });
  const date = at === undefined ? [] : [chartTime(at, isDaily(series))];
  return (
    <Box
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, points.length - 1)}
      aria-valuenow={Math.max(0, index)}
      aria-valuetext={[...date, ...values].join("; ")}
      onKeyDown={press}
      sx={{ height: "100%", borderRadius: 0.5 }}
    >
      {children}
    </Box>
  );
};
