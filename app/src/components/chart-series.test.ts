import assert from "node:assert/strict";
import { test } from "node:test";
import { createFormat } from "../format.ts";
import { type ChartSeries, chartText, chartTick, chartTime, isDaily, planSync, stepTo } from "./chart-series.ts";
import { createChartSync } from "./chart-sync.ts";

const at = (...times: number[]) => times.map((time) => ({ time, value: time }));

test("a series that grew is appended from its last known point on", () => {
  assert.deepEqual(planSync(at(1, 2, 3), at(1, 2, 3, 4, 5)), { kind: "append", points: at(3, 4, 5) });
  assert.deepEqual(planSync(at(1, 2), at(1, 2)), { kind: "append", points: at(2) });
});

test("a series that was rolled back, replaced or just begun is drawn anew", () => {
  assert.equal(planSync(at(1, 2, 3), at(1, 2)).kind, "replace");
  assert.equal(planSync(at(1, 2, 3), at(1, 2, 4)).kind, "replace");
  assert.equal(planSync(at(5, 6), at(1, 5, 6)).kind, "replace");
  assert.equal(planSync([], at(1)).kind, "replace");
});

test("a legend rounds as the exact numbers beside it, in the visitor's language", () => {
  const en = createFormat("en");
  assert.equal(chartText(en, 29.45, 1, " %"), "29.5 %");
  assert.equal(chartText(en, 0.82659, 4, " USD"), "0.8266 USD");
  assert.equal(chartText(en, 40, 0, " %"), "40 %");
  assert.equal(chartText(createFormat("de"), 1234.5, 2, " USD"), "1.234,50 USD");
});

test("a day is named by its date and an hour by its time; the axis names what changes, in the visitor's language", () => {
  const moment = Date.UTC(2008, 9, 10, 20, 0) / 1000;
  assert.equal(chartTime(moment, true), "2008-10-10");
  assert.equal(chartTime(moment, false), "2008-10-10 20:00 UTC");
  const axis = (["year", "month", "day", "clock"] as const).map((what) => chartTick(createFormat("de"), moment, what));
  assert.deepEqual(axis, ["2008", "Okt", "10", "20:00"]);
  assert.equal(chartTick(createFormat("en"), moment, "month"), "Oct");

  const lineOf = (...times: number[]) => [{ points: at(...times) }] as unknown as ChartSeries[];
  assert.equal(isDaily(lineOf(0, 86_400, 3 * 86_400)), true);
  assert.equal(isDaily(lineOf(0, 3_600, 7_200)), false);
});

test("keys move the crosshair within its points and leave other keys alone", () => {
  assert.equal(stepTo("ArrowLeft", 5, 10), 4);
  assert.equal(stepTo("ArrowLeft", 0, 10), 0);
  assert.equal(stepTo("ArrowRight", 9, 10), 9);
  assert.equal(stepTo("PageUp", 25, 100), 5);
  assert.equal(stepTo("PageDown", 85, 100), 99);
  assert.equal(stepTo("Home", 5, 10), 0);
  assert.equal(stepTo("End", 5, 10), 9);
  assert.equal(stepTo("Tab", 5, 10), undefined);
});

test("a shared crosshair tells its listeners of each new time once, until they leave", () => {
  const sync = createChartSync();
  const told: (number | undefined)[] = [];
  const leave = sync.subscribe(() => told.push(sync.time()));

  sync.hover(7);
  sync.hover(7);
  sync.hover(undefined);
  leave();
  sync.hover(8);

  assert.deepEqual(told, [7, undefined]);
});
