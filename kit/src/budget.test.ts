import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { addToBudget, budgetsLeft, budgetUsed, MAX_LOSS, MAX_TURNOVER, partOfNavE7 } from "./budget.ts";

const DAY = 86_400n;
const window = 4n * DAY; // lanes of a day
const at = (state: bigint, day: bigint) => ({ state, time: day * DAY, window });
const use = (turnoverE7: bigint, lossE7: bigint) => ({ turnoverE7, lossE7 });

describe("a budget", () => {
  it("counts what was used within the window, its ends included (VLT-3)", () => {
    const { state, total } = addToBudget(at(0n, 20_000n), use(40n, 3n));
    assert.deepEqual(total, use(40n, 3n));
    assert.deepEqual(budgetUsed(at(state, 20_004n)), use(40n, 3n));
    assert.deepEqual(budgetUsed(at(state, 20_005n)), use(0n, 0n));
  });

  it("adds what is used later and forgets the oldest first (V16)", () => {
    const first = addToBudget(at(0n, 20_000n), use(40n, 0n)).state;
    const { state, total } = addToBudget(at(first, 20_003n), use(2n, 7n));
    assert.deepEqual(total, use(42n, 7n));
    assert.deepEqual(budgetUsed(at(state, 20_005n)), use(2n, 7n));
  });

  it("forgets everything after any gap (V15)", () => {
    const { state } = addToBudget(at(0n, 1n), use(MAX_TURNOVER, MAX_LOSS));
    assert.deepEqual(budgetUsed(at(state, 6n)), use(0n, 0n));
    assert.deepEqual(budgetUsed(at(state, 80_000n)), use(0n, 0n));
  });

  it("saturates what a lane holds, not what it tells", () => {
    const { state, total } = addToBudget(at(0n, 1n), use(MAX_TURNOVER + 5n, MAX_LOSS + 6n));
    assert.deepEqual(total, use(MAX_TURNOVER + 5n, MAX_LOSS + 6n));
    assert.deepEqual(budgetUsed(at(state, 1n)), use(MAX_TURNOVER, MAX_LOSS));
  });

  it("is never rolled back by a clock that runs behind", () => {
    const { state } = addToBudget(at(0n, 2n), use(1n, 1n));
    assert.deepEqual(budgetUsed(at(state, 1n)), use(1n, 1n));
  });

  it("leaves the rest, and nothing once tightened below what is used", () => {
    const { state } = addToBudget(at(0n, 1n), use(40_000n, 5_000n)); // 0.4 % and 0.05 % of NAV
    const left = budgetsLeft(at(state, 1n), { turnoverBudgetBps: 100, lossBudgetBps: 4 });
    assert.deepEqual(left, use(60_000n, 0n));
  });
});

describe("partOfNavE7", () => {
  it("rounds up, against trading", () => {
    assert.equal(partOfNavE7(250n, 1_000n), 2_500_000n);
    assert.equal(partOfNavE7(1n, 30_000_000n), 1n);
    assert.equal(partOfNavE7(0n, 0n), 0n);
    assert.equal(partOfNavE7(3n, 0n), 30_000_000n);
  });
});
