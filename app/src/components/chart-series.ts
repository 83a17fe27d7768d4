/** A line of a chart. Values are for drawing; the exact ones are in the table behind it. */
export type ChartSeries = {
  id: string;
  label: string;
  pane: 0 | 1;
  tone: "accent" | "text" | "quiet";
  stroke: "solid" | "dashed" | "dotted";
  digits: number;
  axisDigits: number;
  unit: string;
  isFromZero: boolean; // the axis starts at zero
  points: readonly ChartPoint[];
};

export type ChartPoint = { time: number; value: number };

/** A trade on the first line, or the point the page is about. */
export type ChartMarker = { time: number; kind: "trade" | "here" };

export type ChartSyncPlan = { kind: "append"; points: readonly ChartPoint[] } | { kind: "replace" };

/** Whether `next` continues `previous` (its last point may have changed), so that drawing it costs no full redraw. */
export const planSync = (previous: readonly ChartPoint[], next: readonly ChartPoint[]): ChartSyncPlan => {
  const last = previous.length - 1;
  const isContinued =
    last >= 0 &&
    next.length >= previous.length &&
    next[0]?.time === previous[0]?.time &&
    next[last]?.time === previous[last]?.time;
  return isContinued ? { kind: "append", points: next.slice(last) } : { kind: "replace" };
};

/** `value` as text, rounded half up as the formatter of exact numbers rounds. */
export const chartText = (value: number, digits: number, unit: string): string =>
  `${(Math.round(value * 10 ** digits) / 10 ** digits).toFixed(digits)}${unit}`;

/** The value a legend shows: at `time`, or the newest. */
export const valueAt = ({ points }: ChartSeries, time: number | undefined): number | undefined =>
  (time === undefined ? points.at(-1) : points.find((point) => point.time === time))?.value;
