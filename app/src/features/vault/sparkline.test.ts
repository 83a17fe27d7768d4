import assert from "node:assert/strict";
import { test } from "node:test";
import { sparkPath } from "./sparkline.ts";

const BOX = { width: 120, height: 28 };

test("the lowest value lies at the bottom, the highest at the top, in whole units", () => {
  assert.equal(sparkPath([100n, 300n, 200n, 250n], BOX), "M0 28L40 0L80 14L120 7");
  assert.equal(sparkPath([10n ** 30n, 3n * 10n ** 30n], BOX), "M0 28L120 0");
});

test("a value that never moved is a line in the middle; less than two are none", () => {
  assert.equal(sparkPath([5n, 5n, 5n], BOX), "M0 14L60 14L120 14");
  assert.equal(sparkPath([5n], BOX), "");
  assert.equal(sparkPath([], BOX), "");
});
