import { useColorScheme } from "@mui/material/styles";
import type { IChartApi, Time } from "lightweight-charts";
import { useEffect, useRef, useState } from "react";
import { palettes } from "../tokens.ts";
import type { ChartMarker, ChartSeries } from "./chart-series.ts";
import { type ChartView, createChartView } from "./chart-view.ts";

export type TimeChartProps = {
  series: readonly ChartSeries[];
  markers: readonly ChartMarker[];
  onHover: (time: number | undefined) => void;
  onPick?: ((time: number) => void) | undefined;
};

const useResolvedScheme = (): "light" | "dark" => {
  const { mode, systemMode } = useColorScheme();
  return (mode === "system" ? systemMode : mode) ?? "light";
};

const timeOf = (time: Time | undefined): number | undefined => (typeof time === "number" ? time : undefined);

const listen = (chart: IChartApi, handlers: { current: TimeChartProps }): void => {
  chart.subscribeCrosshairMove(({ time }) => handlers.current.onHover(timeOf(time)));
  chart.subscribeClick(({ time }) => {
    const picked = timeOf(time);
    if (picked !== undefined) handlers.current.onPick?.(picked);
  });
};

/** Lines over time on one or two panes. Loaded with its library only where a chart is shown. */
export const TimeChart = (props: TimeChartProps) => {
  const box = useRef<HTMLDivElement>(null);
  const handlers = useRef(props);
  handlers.current = props;
  const [view, setView] = useState<ChartView | undefined>(undefined);
  const palette = palettes[useResolvedScheme()];

  useEffect(() => {
    if (box.current === null) return;
    const created = createChartView(box.current, palette);
    listen(created.chart, handlers);
    setView(created);
    return () => created.chart.remove();
  }, [palette]);

  useEffect(() => view?.draw(props.series, props.markers), [view, props.series, props.markers]);

  return <div ref={box} style={{ width: "100%", height: "100%" }} aria-hidden />;
};
