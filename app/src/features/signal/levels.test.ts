import assert from "node:assert/strict";
import { test } from "node:test";
import { levelOf, levelText } from "./levels.ts";

test("levels have the names of the contract", () => {
  assert.deepEqual([1, 2, 4, 8].map(levelText), ["EXECUTED", "OPTIMISTIC", "SCORED", "LEVEL 8"]);
  assert.equal(levelOf(8), undefined);
});
