import { useColorScheme } from "@mui/material/styles";
import type { Time } from "lightweight-charts";
import { useEffect, useRef, useState } from "react";
import { useText } from "../messages/text.tsx";
import { palettes } from "../tokens.ts";
import type { ChartMarker, ChartSeries } from "./chart-series.ts";
import type { ChartSync } from "./chart-sync.ts";
import { type ChartView, createChartView } from "./chart-view.ts";

export type TimeChartProps = {
  series: readonly ChartSeries[];
  markers: readonly ChartMarker[];
  sync: ChartSync;
  onPick?: ((time: number) => void) | undefined;
};

const useResolvedScheme = (): "light" | "dark" => {
  const { mode, systemMode } = useColorScheme();
  return (mode === "system" ? systemMode : mode) ?? "light";
};

const timeOf = (time: Time | undefined): number | undefined => (typeof time === "number" ? time : undefined);

/** Tells the others where this chart's crosshair is, and follows theirs. */
const link = ({ chart, point }: ChartView, sync: ChartSync): (() => void) => {
  let isFollowing = false;
  chart.subscribeCrosshairMove(({ time }) => {
    if (!isFollowing) sync.hover(timeOf(time));
  });
  return sync.subscribe(() => {
    isFollowing = true;
    point(sync.time());
    isFollowing = false;
  });
};

/** Lines over time on one or two panes. Loaded with its library only where a chart is shown. */
export const TimeChart = (props: TimeChartProps) => {
  const { series, markers, sync } = props;
  const { f, locale } = useText();
  const box = useRef<HTMLDivElement>(null);
  const onPick = useRef(props.onPick);
  onPick.current = props.onPick;
  const [view, setView] = useState<ChartView | undefined>(undefined);
  const palette = palettes[useResolvedScheme()];

  useEffect(() => {
    if (box.current === null) return;
    const created = createChartView({ box: box.current, palette, f, locale });
    const unlink = link(created, sync);
    created.chart.subscribeClick(({ time }) => {
      const picked = timeOf(time);
      if (picked !== undefined) onPick.current?.(picked);
    });
    setView(created);
    return () => {
      unlink();
      created.chart.remove();
    };
  }, [palette, f, locale, sync]);

  useEffect(() => view?.draw(series, markers), [view, series, markers]);

  return <div ref={box} style={{ width: "100%", height: "100%" }} aria-hidden />;
};
