import assert from "node:assert/strict";
import { test } from "node:test";
import type { TransactionReceipt } from "viem";
import type { Step } from "./flow.ts";
import type { FlowEvent } from "./flow-state.ts";
import { runSteps, type StepRunner } from "./run-steps.ts";

const receiptOf = (status: "success" | "reverted") => ({ status, blockNumber: 9n }) as TransactionReceipt;

const runner = (status: "success" | "reverted" = "success"): StepRunner => ({
  waitForReceipt: async () => receiptOf(status),
  isRejection: (error) => error instanceof Error && error.message === "rejected",
  sentenceOf: (error) => (error as Error).message,
});

const step = (parts: Partial<Step>): Step => ({
  label: "step",
  commit: async () => "0x01",
  verify: () => "done",
  ...parts,
});

const eventsOf = async (steps: readonly Step[], with_: StepRunner = runner()): Promise<FlowEvent[]> => {
  const events: FlowEvent[] = [];
  await runSteps(steps, with_, (event) => events.push(event));
  return events;
};

test("a step whose effect exists is not sent again", async () => {
  const approve = step({ isDone: async () => true, commit: () => assert.fail("sent twice") });

  const events = await eventsOf([approve, step({ verify: () => "You received 1 share." })]);

  assert.deepEqual(events.at(-1), {
    kind: "finished",
    included: { hash: "0x01", block: 9n, outcome: "You received 1 share." },
  });
});

test("a later step is never sent after an earlier one failed", async () => {
  const events = await eventsOf([step({}), step({ commit: () => assert.fail("sent") })], runner("reverted"));

  assert.equal(events.at(-1)?.kind, "failed");
  assert.deepEqual(events.filter(({ kind }) => kind === "stepStarted").length, 1);
});

test("a rejection reports as such, a failure with its hash", async () => {
  const rejected = step({
    commit: async () => {
      throw new Error("rejected");
    },
  });
  const unverified = step({
    verify: () => {
      throw new Error("No deposit in the receipt.");
    },
  });

  assert.deepEqual((await eventsOf([rejected])).at(-1), { kind: "rejected", reason: "rejected" });
  assert.deepEqual((await eventsOf([unverified])).at(-1), {
    kind: "failed",
    reason: "No deposit in the receipt.",
    hash: "0x01",
  });
});
