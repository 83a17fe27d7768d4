import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ALARM_AFTER, addFailure, type Failure, isAlarm, keepWanted } from "./failures.ts";
import { type Action, chooseActions, type Decision } from "./strategy.ts";

const action = (key: string, changes: string[]): Decision => ({
  kind: "act",
  action: { name: key, key, to: "0x0000000000000000000000000000000000000001", data: "0x", changes } satisfies Action,
});
const keys = (decisions: Decision[]) => chooseActions(decisions).map(({ key }) => key);

describe("chooseActions", () => {
  it("sends what is independent together, in order", () => {
    assert.deepEqual(keys([action("update", ["price"]), action("publish", ["signal"])]), ["update", "publish"]);
  });

  it("leaves for the next look what relies on something about to change", () => {
    const decisions = [action("update", ["price"]), action("arbitrage", ["price", "pool"]), action("fill", ["pool"])];

    assert.deepEqual(keys(decisions), ["update", "fill"]);
  });

  it("passes over skips", () => {
    assert.deepEqual(keys([{ kind: "skip", name: "open", reason: "not due" }, action("fill", ["pool"])]), ["fill"]);
  });
});

describe("failures", () => {
  const after = (count: number): Failure => {
    let failure: Failure | undefined;
    for (let i = 0; i < count; i++) failure = addFailure(failure, "reason", 1_000);
    return failure as Failure;
  };

  it("try again at once at first, then after pauses that double up to a minute", () => {
    const pauses = [1, 4, 5, 6, 7, 11, 40].map((count) => after(count).retryAt - 1_000);

    assert.deepEqual(pauses, [0, 0, 1_000, 2_000, 4_000, 60_000, 60_000]);
  });

  it("raise an alarm at the fifth of the same reason", () => {
    assert.equal(isAlarm(after(ALARM_AFTER - 1)), false);
    assert.equal(isAlarm(after(ALARM_AFTER)), true);
  });

  it("begin anew with another reason", () => {
    assert.equal(addFailure(after(10), "another", 1_000).count, 1);
  });

  it("end when the action is no longer wanted", () => {
    const failures = new Map([
      ["mine", after(7)],
      ["lost", after(7)],
    ]);

    assert.deepEqual([...keepWanted(failures, ["mine"]).keys()], ["mine"]);
  });
});
