import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describeFailure, runSchedules } from "./simulation/run.ts";

const SCHEDULES = 2_000;
const FIRST_SEED = 1;

describe("KEE-1 K1 K2 K3 K6 K7 K9 K14 under randomised faults, with kills at any write of the journal", () => {
  it(`holds in ${SCHEDULES} schedules from seed ${FIRST_SEED}: no double send, no lost intent, no gap, fees capped`, async () => {
    const { failures, counts } = await runSchedules({ first: FIRST_SEED, count: SCHEDULES });

    assert.deepEqual(failures.map(describeFailure), []);
    // Schedules in which nothing happens would prove nothing.
    assert.ok(counts.broadcasts > 5 * SCHEDULES && counts.signed > 3 * SCHEDULES, JSON.stringify(counts));
    assert.ok(counts.kills > SCHEDULES / 2 && counts.orphaned > SCHEDULES, JSON.stringify(counts));
    assert.ok(counts.replaced > SCHEDULES / 20 && counts.foreign > SCHEDULES / 20, JSON.stringify(counts));
  });
});
