// Line charts under one another over the same time, as one SVG file that reads on light and on dark pages.

export type Series = {
  name: string; // written at the end of the line
  tone: Tone;
  values: (number | undefined)[]; // one per time
  isArea?: boolean; // filled down to the bottom of the panel
};

export type Panel = {
  title: string;
  height: number;
  scale: "linear" | "log";
  ticks: number[];
  format: (value: number) => string;
  series: Series[];
};

export type Chart = {
  title: string;
  subtitle: string;
  times: number[]; // unix seconds, ascending
  panels: Panel[];
};

const tones = {
  main: ["#0b5fd0", "#6aa9ff"],
  warm: ["#c2480c", "#ff9a5c"],
  quiet: ["#6b7280", "#9aa3b2"],
} as const; // on light, on dark

export type Tone = keyof typeof tones;

const WIDTH = 960;
const LEFT = 56;
const RIGHT = 150; // names of the lines
const TOP = 104;
const BOTTOM = 40;
const GAP = 46; // between panels, with the next one's title
const LABEL_HEIGHT = 16;
const POINTS = 700; // more cannot be seen in so few pixels

const inner = WIDTH - LEFT - RIGHT;

export const chartSvg = ({ title, subtitle, times, panels }: Chart): string => {
  const height = TOP + panels.reduce((sum, panel) => sum + panel.height + GAP, -GAP) + BOTTOM;
  const kept = sampled(times.length);
  const x = timeScale(times);
  let top = TOP;
  const bodies = panels.map((panel) => {
    const body = panelSvg({ panel, top, x: kept.map((k) => x(times[k] as number)), kept });
    top += panel.height + GAP;
    return body;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">
${style()}
<rect class="paper" width="${WIDTH}" height="${height}" rx="10"/>
<text class="title" x="${LEFT}" y="34">${escaped(title)}</text>
<text class="small" x="${LEFT}" y="54">${escaped(subtitle)}</text>
${yearLines(times, x, height)}
${bodies.join("\n")}
</svg>
`;
};

const style = (): string => {
  const rules = (theme: 0 | 1) =>
    Object.entries(tones).map(
      ([name, colours]) => `.${name}{stroke:${colours[theme]}}.${name}-text{fill:${colours[theme]}}`,
    );
  return `<style>
text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:#1f2937}
.title{font-size:18px;font-weight:600}.head{font-weight:600}.small{fill:#5b6472}.name{font-weight:600}
.paper{fill:#fff}.grid{stroke:#e3e7ed}.line{fill:none;stroke-width:1.6;stroke-linejoin:round}.area{stroke:none;opacity:.18}
${rules(0).join("")}
@media (prefers-color-scheme:dark){text{fill:#e6eaf1}.small{fill:#9aa3b2}.paper{fill:#11161f}.grid{stroke:#262e3b}
${rules(1).join("")}}
</style>`;
};

/** Indices of so many points that a line keeps its shape, the last one among them. */
const sampled = (count: number): number[] => {
  const step = Math.max(1, Math.ceil(count / POINTS));
  const kept = Array.from({ length: Math.ceil(count / step) }, (_, k) => k * step);
  return kept.at(-1) === count - 1 ? kept : [...kept, count - 1];
};

const timeScale = (times: number[]) => {
  const [first = 0, last = 1] = [times[0], times.at(-1)];
  return (time: number): number => LEFT + (inner * (time - first)) / Math.max(1, last - first);
};

const yearLines = (times: number[], x: (time: number) => number, height: number): string => {
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const yearOf = (time: number) => new Date(time * 1000).getUTCFullYear();
  const years = Array.from({ length: yearOf(last) - yearOf(first) }, (_, k) => yearOf(first) + 1 + k);
  const every = Math.ceil(years.length / 8);
  return years
    .filter((_, k) => k % every === 0)
    .map((year) => {
      const at = x(Date.UTC(year, 0, 1) / 1000).toFixed(1);
      return `<path class="grid" d="M${at} ${TOP}V${height - BOTTOM}"/><text class="small" x="${at}" y="${height - BOTTOM + 20}" text-anchor="middle">${year}</text>`;
    })
    .join("\n");
};

type PanelParams = { panel: Panel; top: number; x: number[]; kept: number[] };

const panelSvg = ({ panel, top, x, kept }: PanelParams): string => {
  const y = valueScale(panel, top);
  const grid = panel.ticks.map((tick) => {
    const at = y(tick).toFixed(1);
    return `<path class="grid" d="M${LEFT} ${at}H${LEFT + inner}"/><text class="small" x="${LEFT - 8}" y="${y(tick) + 4}" text-anchor="end">${escaped(panel.format(tick))}</text>`;
  });
  const lines = panel.series.map(({ tone, values, isArea }) => {
    const points = kept.map((k, position) => ({ x: x[position] as number, value: values[k] }));
    const path = pathOf(points, y);
    if (!isArea) return `<path class="line ${tone}" d="${path}"/>`;
    const floor = (top + panel.height).toFixed(1);
    const ends = [points.at(-1)?.x ?? LEFT, points[0]?.x ?? LEFT].map((end) => `L${end.toFixed(1)} ${floor}`);
    return `<path class="area ${tone}-text" d="${path}${ends.join("")}Z"/><path class="line ${tone}" d="${path}"/>`;
  });
  const heading = `<text class="head" x="${LEFT}" y="${top - 10}">${escaped(panel.title)}</text>`;
  return [heading, ...grid, ...lines, ...labels(panel, y)].join("\n");
};

const valueScale = ({ scale, series, ticks, height }: Panel, top: number) => {
  const measure = scale === "log" ? Math.log : (value: number) => value;
  const values = [...series.flatMap((line) => line.values), ...ticks].filter((value) => value !== undefined);
  const [low, high] = [measure(Math.min(...values)), measure(Math.max(...values))];
  return (value: number): number => top + height - (height * (measure(value) - low)) / (high - low || 1);
};

const pathOf = (points: { x: number; value: number | undefined }[], y: (value: number) => number): string => {
  let isDrawing = false;
  return points
    .map(({ x, value }) => {
      const command = isDrawing ? "L" : "M";
      isDrawing = value !== undefined;
      return value === undefined ? "" : `${command}${x.toFixed(1)} ${y(value).toFixed(1)}`;
    })
    .join("");
};

/** Names at the ends of the lines, moved apart where they would overlap. */
const labels = ({ series }: Panel, y: (value: number) => number): string[] => {
  const wanted = series
    .flatMap(({ name, tone, values }) => {
      const last = values.findLast((value) => value !== undefined);
      return last === undefined ? [] : [{ name, tone, y: y(last) }];
    })
    .toSorted((a, b) => a.y - b.y);
  let free = Number.NEGATIVE_INFINITY;
  return wanted.map(({ name, tone, y: at }) => {
    const placed = Math.max(at, free);
    free = placed + LABEL_HEIGHT;
    return `<text class="name ${tone}-text" x="${LEFT + inner + 8}" y="${(placed + 4).toFixed(1)}">${escaped(name)}</text>`;
  });
};

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
