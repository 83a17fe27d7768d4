import { useColorScheme } from "@mui/material/styles";
import type { Time } from "lightweight-charts";
import { useEffect, useRef, useState } from "react";
import { useText } from "../messages/text.tsx";
import { palettes } from "../tokens.ts";
import type { ChartMarker, ChartSeries } from "./chart-series.ts";
import type { ChartSync } from "./chart-sync.ts";
import { type ChartView, createChartView } from "./chart-view.ts";
import { whenFree } from "./when-free.ts";

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

/** Tells the others where a pointer is on this chart, and follows theirs. */
const link = ({ chart, point }: ChartView, box: HTMLElement, sync: ChartSync): (() => void) => {
  // A crosshair that was moved by `point` reports itself too, without an event behind it.
  chart.subscribeCrosshairMove(({ time, sourceEvent }) => {
    if (sourceEvent !== undefined && time !== undefined) sync.hover(timeOf(time));
  });
  const leave = () => sync.hover(undefined);
  box.addEventListener("mouseleave", leave);
  const unsubscribe = sync.subscribe(() => point(sync.time()));
  return () => {
    unsubscribe();
    box.removeEventListener("mouseleave", leave);
  };
};

/** Lines over time on one or two panes. Loaded with its library only where a chart is shown. */
export const TimeChart = (props: TimeChartProps) => {
  const { series, markers, sync } = props;
  const { f } = useText();
  const box = useRef<HTMLDivElement>(null);
  const onPick = useRef(props.onPick);
  onPick.current = props.onPick;
  const [view, setView] = useState<ChartView | undefined>(undefined);
  const palette = palettes[useResolvedScheme()];

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    let undo = whenFree(() => {
      const created = createChartView({ box: element, palette, f });
      const unlink = link(created, element, sync);
      created.chart.subscribeClick(({ time }) => {
        const picked = timeOf(time);
        if (picked !== undefined) onPick.current?.(picked);
      });
      undo = () => {
        unlink();
        created.chart.remove();
        setView(undefined); // nothing is drawn until there is the next
      };
      setView(created);
    });
    return () => undo();
  }, [palette, f, sync]);

  useEffect(() => view?.draw(series, markers), [view, series, markers]);

  return <div ref={box} style={{ width: "100%", height: "100%" }} aria-hidden />;
};
