import assert from "node:assert/strict";
import { test } from "node:test";
import { chartText, planSync } from "./chart-series.ts";

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

test("a legend rounds as the exact numbers beside it", () => {
  assert.equal(chartText(29.45, 1, " %"), "29.5 %");
  assert.equal(chartText(0.82659, 4, " USD"), "0.8266 USD");
  assert.equal(chartText(40, 0, " %"), "40 %");
});
