import assert from "node:assert/strict";
import { test } from "node:test";
import { leastAccepted } from "./model.ts";

test("the least accepted is half a percent below the quote, rounded down", () => {
  assert.equal(leastAccepted(1_000_000n), 995_000n);
  assert.equal(leastAccepted(1n), 0n);
  assert.equal(leastAccepted(10n ** 30n + 1n), 995n * 10n ** 27n);
});
