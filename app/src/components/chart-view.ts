import {
  type AutoscaleInfo,
  createChart,
  createSeriesMarkers,
  type IChartApi,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineSeries,
  LineStyle,
  type Time,
  type UTCTimestamp,
} from "lightweight-charts";
import { utcDate } from "../format.ts";
import { fontFamily, fontSize, type palettes } from "../tokens.ts";
import { type ChartMarker, type ChartPoint, type ChartSeries, chartText, planSync } from "./chart-series.ts";

type Palette = (typeof palettes)["light"];
type Line = {
  api: ISeriesApi<"Line">;
  drawn: readonly ChartPoint[];
  markers: ISeriesMarkersPluginApi<Time> | undefined;
};

export type ChartView = {
  chart: IChartApi;
  draw: (series: readonly ChartSeries[], markers: readonly ChartMarker[]) => void;
};

const LINE_STYLE = { solid: LineStyle.Solid, dashed: LineStyle.Dashed, dotted: LineStyle.Dotted } as const;
const MARKER_SIZE = { trade: 0.3, here: 1 } as const;
const UPPER_TO_LOWER_PANE = [2, 1] as const;

const chartOf = (box: HTMLElement, palette: Palette): IChartApi =>
  createChart(box, {
    autoSize: true,
    // The logo writes a style element, which the page's policy refuses; the footer carries the attribution.
    layout: {
      attributionLogo: false,
      background: { color: palette.surface },
      textColor: palette.textQuiet,
      fontFamily,
      fontSize: fontSize.label - 1,
      panes: { separatorColor: palette.border, enableResize: false },
    },
    grid: { vertLines: { visible: false }, horzLines: { color: palette.border } },
    rightPriceScale: { borderVisible: false, entireTextOnly: true },
    timeScale: { borderColor: palette.border, rightOffset: 2, minBarSpacing: 0.05 },
    crosshair: {
      vertLine: { labelBackgroundColor: palette.textQuiet },
      horzLine: { labelBackgroundColor: palette.textQuiet },
    },
    localization: { locale: "en", timeFormatter: (time: Time) => utcDate(BigInt(Number(time))) },
    // All of the past is shown; the page scrolls, not the chart.
    handleScroll: false,
    handleScale: false,
  });

const toData = ({ time, value }: ChartPoint) => ({ time: time as UTCTimestamp, value });

/** Weights and volatilities are read against zero. */
const fromZero = (original: () => AutoscaleInfo | null): AutoscaleInfo | null => {
  const info = original();
  return info?.priceRange ? { ...info, priceRange: { minValue: 0, maxValue: info.priceRange.maxValue } } : info;
};

const addLine = (chart: IChartApi, palette: Palette, series: ChartSeries): Line => {
  const api = chart.addSeries(
    LineSeries,
    {
      color: { accent: palette.accent, text: palette.text, quiet: palette.textQuiet }[series.tone],
      lineStyle: LINE_STYLE[series.stroke],
      lineWidth: series.tone === "accent" ? 2 : 1,
      priceLineVisible: false,
      lastValueVisible: false,
      crosshairMarkerRadius: 3,
      priceFormat: {
        type: "custom",
        minMove: 10 ** -series.digits,
        formatter: (value: number) => chartText(value, series.axisDigits, series.unit),
      },
      ...(series.isFromZero ? { autoscaleInfoProvider: fromZero } : {}),
    },
    series.pane,
  );
  api.priceScale().applyOptions({ scaleMargins: { top: 0.1, bottom: series.isFromZero ? 0 : 0.1 } });
  return { api, drawn: [], markers: undefined };
};

const sync = (line: Line, points: readonly ChartPoint[]): void => {
  const plan = planSync(line.drawn, points);
  if (plan.kind === "replace") line.api.setData(points.map(toData));
  else for (const point of plan.points) line.api.update(toData(point));
  line.drawn = points;
};

const mark = (line: Line, markers: readonly ChartMarker[], palette: Palette): void => {
  line.markers ??= createSeriesMarkers(line.api, []);
  line.markers.setMarkers(
    markers.map(({ time, kind }) => ({
      time: time as UTCTimestamp,
      color: palette.text,
      position: "inBar",
      shape: "circle",
      size: MARKER_SIZE[kind],
    })),
  );
};

/** Draws series into `box`; drawing again moves only what has changed. */
export const createChartView = (box: HTMLElement, palette: Palette): ChartView => {
  const chart = chartOf(box, palette);
  const lines = new Map<string, Line>();
  const draw: ChartView["draw"] = (series, markers) => {
    const isFirst = lines.size === 0;
    for (const item of series) {
      const line = lines.get(item.id) ?? addLine(chart, palette, item);
      lines.set(item.id, line);
      sync(line, item.points);
    }
    const [first] = lines.values();
    if (first !== undefined) mark(first, markers, palette);
    if (isFirst)
      for (const [index, pane] of chart.panes().entries()) pane.setStretchFactor(UPPER_TO_LOWER_PANE[index] ?? 1);
    chart.timeScale().fitContent();
  };
  return { chart, draw };
};
