import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Chart, chartSvg } from "./svg.ts";

const YEAR = 31_557_600;
const chart = (values: (number | undefined)[], more: Partial<Chart["panels"][number]> = {}): Chart => ({
  title: "R & D",
  subtitle: "under it",
  times: values.map((_, k) => k * YEAR),
  panels: [
    {
      ...{ title: "a panel", height: 100, scale: "linear", ticks: [0, 1], format: (value) => `${value} $` },
      series: [{ name: "a <line>", tone: "main", values }],
      ...more,
    },
  ],
});
const pathOf = (svg: string) => /<path class="line main" d="([^"]*)"/.exec(svg)?.[1];

describe("a chart", () => {
  it("draws a value at its time and height", () => {
    assert.equal(pathOf(chartSvg(chart([0, 1, 0.5]))), "M56.0 204.0L433.0 104.0L810.0 154.0");
  });

  it("draws logarithms of the values on a logarithmic scale", () => {
    const svg = chartSvg(chart([1, 10, 100], { scale: "log", ticks: [1, 100] }));

    assert.equal(pathOf(svg), "M56.0 204.0L433.0 154.0L810.0 104.0");
  });

  it("leaves out what is undefined", () => {
    assert.equal(pathOf(chartSvg(chart([undefined, 1, 0.5]))), "M433.0 104.0L810.0 154.0");
  });

  it("writes texts so that they are no markup, and ticks as the panel wants", () => {
    const svg = chartSvg(chart([0, 1]));

    assert.match(svg, />R &amp; D</);
    assert.match(svg, />a &lt;line></);
    assert.match(svg, />1 \$</);
  });

  it("has colours for light and for dark pages", () => {
    assert.match(chartSvg(chart([0, 1])), /prefers-color-scheme:dark/);
  });

  it("draws no more points than can be seen, the last one among them", () => {
    const path = pathOf(chartSvg(chart(Array.from({ length: 5_000 }, (_, k) => k / 4_999)))) ?? "";

    assert.ok(path.split("L").length <= 701);
    assert.ok(path.endsWith("L810.0 104.0"));
  });

  it("moves names apart that would overlap", () => {
    const series = ["one", "two"].map((name) => ({ name, tone: "main" as const, values: [0, 1] }));
    const heights = [...chartSvg(chart([0, 1], { series })).matchAll(/class="name main-text" x="\d+" y="([\d.]+)"/g)];

    assert.deepEqual(
      heights.map(([, y]) => y),
      ["108.0", "124.0"],
    );
  });
});
