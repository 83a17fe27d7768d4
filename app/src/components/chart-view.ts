import {
  type AutoscaleInfo,
  createChart,
  createSeriesMarkers,
  type IChartApi,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineSeries,
  LineStyle,
  type SeriesMarkerBar,
  TickMarkType,
  type Time,
  type UTCTimestamp,
} from "lightweight-charts";
import type { Format } from "../format.ts";
import { fontFamily, fontSize, type palettes } from "../tokens.ts";
import {
  type ChartMarker,
  type ChartPoint,
  type ChartSeries,
  chartText,
  chartTick,
  chartTime,
  isDaily,
  planSync,
  valueAt,
} from "./chart-series.ts";

type Palette = (typeof palettes)["light"];
type Line = {
  series: ChartSeries;
  api: ISeriesApi<"Line">;
  drawn: readonly ChartPoint[];
  markers: ISeriesMarkersPluginApi<Time> | undefined;
};

export type ChartView = {
  chart: IChartApi;
  draw: (series: readonly ChartSeries[], markers: readonly ChartMarker[]) => void;
  /** Moves the crosshair to a time, or takes it away. */
  point: (time: number | undefined) => void;
};

export type ChartViewParams = { box: HTMLElement; palette: Palette; f: Format };

const LINE_STYLE = { solid: LineStyle.Solid, dashed: LineStyle.Dashed, dotted: LineStyle.Dotted } as const;
const UPPER_TO_LOWER_PANE = [2, 1] as const;
const TICKS = {
  [TickMarkType.Year]: "year",
  [TickMarkType.Month]: "month",
  [TickMarkType.DayOfMonth]: "day",
  [TickMarkType.Time]: "clock",
  [TickMarkType.TimeWithSeconds]: "clock",
} as const;
const SCALE_WIDTH = 72; // the same in every chart, so that charts above each other share their time axis

// What a marker says is in its shape and place, not in its colour: bought below the line, sold above it.
const MARKERS: Record<ChartMarker["kind"], Omit<SeriesMarkerBar<Time>, "time" | "color">> = {
  trade: { position: "inBar", shape: "circle", size: 0.3 },
  here: { position: "inBar", shape: "circle", size: 1 },
  buy: { position: "belowBar", shape: "arrowUp", size: 0.6 },
  sell: { position: "aboveBar", shape: "arrowDown", size: 0.6 },
};

const chartOf = ({ box, palette, f }: ChartViewParams): IChartApi =>
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
    rightPriceScale: { borderVisible: false, entireTextOnly: true, minimumWidth: SCALE_WIDTH },
    timeScale: {
      borderColor: palette.border,
      rightOffset: 2,
      minBarSpacing: 0.05,
      tickMarkFormatter: (time: Time, type: TickMarkType) => chartTick(f, Number(time), TICKS[type]),
    },
    crosshair: {
      vertLine: { labelBackgroundColor: palette.textQuiet },
      horzLine: { labelBackgroundColor: palette.textQuiet },
    },
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

const addLine = (chart: IChartApi, { palette, f }: ChartViewParams, series: ChartSeries): Line => {
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
        formatter: (value: number) => chartText(f, value, series.axisDigits, series.unit),
      },
      ...(series.isFromZero ? { autoscaleInfoProvider: fromZero } : {}),
    },
    series.pane,
  );
  api.priceScale().applyOptions({ scaleMargins: { top: 0.1, bottom: series.isFromZero ? 0 : 0.1 } });
  return { series, api, drawn: [], markers: undefined };
};

const sync = (line: Line, series: ChartSeries): void => {
  const plan = planSync(line.drawn, series.points);
  if (plan.kind === "replace") line.api.setData(series.points.map(toData));
  else for (const point of plan.points) line.api.update(toData(point));
  line.drawn = series.points;
  line.series = series;
};

const mark = (line: Line, markers: readonly ChartMarker[], palette: Palette): void => {
  if (markers.length === 0 && line.markers === undefined) return;
  line.markers ??= createSeriesMarkers(line.api, []);
  line.markers.setMarkers(
    markers.map(({ time, kind }) => ({ ...MARKERS[kind], time: time as UTCTimestamp, color: palette.text })),
  );
};

/** Draws series into `box`; drawing again moves only what has changed. */
export const createChartView = (params: ChartViewParams): ChartView => {
  const chart = chartOf(params);
  const lines = new Map<string, Line>();

  const draw: ChartView["draw"] = (series, markers) => {
    const isFirst = lines.size === 0;
    const isDateOnly = isDaily(series);
    chart.applyOptions({
      localization: {
        timeFormatter: (time: Time) => chartTime(Number(time), isDateOnly),
      },
      timeScale: { timeVisible: !isDateOnly },
    });
    for (const item of series) {
      const line = lines.get(item.id) ?? addLine(chart, params, item);
      lines.set(item.id, line);
      sync(line, item);
    }
    const [first] = series;
    for (const [id, line] of lines)
      mark(
        line,
        markers.filter(({ on = first?.id }) => on === id),
        params.palette,
      );
    if (isFirst)
      for (const [index, pane] of chart.panes().entries()) pane.setStretchFactor(UPPER_TO_LOWER_PANE[index] ?? 1);
    chart.timeScale().fitContent();
  };

  const point: ChartView["point"] = (time) => {
    const values = [...lines.values()].map(({ series, api }) => ({ api, value: valueAt(series, time) }));
    const found = values.find(({ value }) => value !== undefined);
    if (time === undefined || found?.value === undefined) chart.clearCrosshairPosition();
    else chart.setCrosshairPosition(found.value, time as UTCTimestamp, found.api);
  };

  return { chart, draw, point };
};
