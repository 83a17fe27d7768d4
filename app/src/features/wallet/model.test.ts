import assert from "node:assert/strict";
import { test } from "node:test";
import { leastAccepted, partOf } from "./model.ts";

test("the least accepted is half a percent below the quote, rounded down", () => {
  assert.equal(leastAccepted(1_000_000n), 995_000n);
  assert.equal(leastAccepted(1n), 0n);
  assert.equal(leastAccepted(10n ** 30n + 1n), 995n * 10n ** 27n);
});

test("a part of an amount, and all of it when there is nothing to measure by", () => {
  assert.equal(partOf(1_000n, 998n, 1_000n), 998n);
  assert.equal(partOf(10n, 1n, 3n), 3n);
  assert.equal(partOf(1_000n, 0n, 0n), 1_000n);
});
