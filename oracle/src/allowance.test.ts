import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createAllowance } from "./allowance.ts";

describe("an allowance", () => {
  it("is a burst at once, then as much as time brings", () => {
    const allowance = createAllowance({ perSecond: 10, burst: 3 });
    const taken = (now: number, tries: number): number =>
      Array.from({ length: tries }, () => allowance.take(now)).filter(Boolean).length;
    assert.equal(taken(1_000, 5), 3);
    assert.equal(taken(1_099, 5), 0);
    assert.equal(taken(1_100, 5), 1);
    assert.equal(taken(1_350, 5), 2);
  });

  it("does not grow beyond the burst, however long nothing was taken", () => {
    const allowance = createAllowance({ perSecond: 10, burst: 3 });
    allowance.take(0);
    assert.deepEqual(
      Array.from({ length: 5 }, () => allowance.take(1e12)),
      [true, true, true, false, false],
    );
  });
});
