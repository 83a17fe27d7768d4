import { type Format, utcDate, utcTime } from "../format.ts";

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

/** Something that happened on a line, or the point the page is about. Without `on` it is on the first line. */
export type ChartMarker = { time: number; kind: "trade" | "buy" | "sell" | "here"; on?: string };

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

/** `value` as text in the visitor's language, rounded half up as exact numbers are. */
export const chartText = (f: Format, value: number, digits: number, unit: string): string =>
  `${f.fixed(BigInt(Math.round(value * 10 ** digits)), digits, digits)}${unit}`;

const SECONDS_A_DAY = 86_400;

/** The points of the line that has most of them: lines of one chart may begin and end at different times. */
export const longest = (series: readonly ChartSeries[]): readonly ChartPoint[] =>
  series.reduce<readonly ChartPoint[]>((best, { points }) => (points.length > best.length ? points : best), []);

/** Whether all points are a day or more apart, so that a date names each. */
export const isDaily = (series: readonly ChartSeries[]): boolean => {
  const points = longest(series);
  return points.every(({ time }, index) => index === 0 || time - (points[index - 1]?.time ?? 0) >= SECONDS_A_DAY / 2);
};

/** The time of a point, as the rest of the page writes it: beside the crosshair, and read aloud. */
export const chartTime = (time: number, isDateOnly: boolean): string =>
  isDateOnly ? utcDate(BigInt(time)) : utcTime(BigInt(time));

const tick = {
  year: (at: Date) => String(at.getUTCFullYear()),
  month: (at: Date, f: Format) => f.month(at.getUTCMonth()),
  day: (at: Date) => String(at.getUTCDate()),
  clock: (at: Date) => at.toISOString().slice(11, 16),
};

/** What changes at a time, under the axis. */
export const chartTick = (f: Format, time: number, what: keyof typeof tick): string =>
  tick[what](new Date(time * 1000), f);

/** The value a legend shows: at `time`, or the newest. */
export const valueAt = ({ points }: ChartSeries, time: number | undefined): number | undefined =>
  (time === undefined ? points.at(-1) : points.find((point) => point.time === time))?.value;

const PAGE_STEP = 20;

/** Where a key moves the crosshair among `count` points; undefined: it is not for the chart. */
export const stepTo = (key: string, index: number, count: number): number | undefined => {
  const steps: Record<string, number> = {
    ArrowLeft: index - 1,
    ArrowRight: index + 1,
    PageUp: index - PAGE_STEP,
    PageDown: index + PAGE_STEP,
    Home: 0,
    End: count - 1,
  };
  const next = steps[key];
  return next === undefined ? undefined : Math.max(0, Math.min(count - 1, next));
};
