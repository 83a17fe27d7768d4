import assert from "node:assert/strict";
import { test } from "node:test";
import type { Review } from "./flow.ts";
import { type FlowEvent, type FlowState, nextState } from "./flow-state.ts";

const REVIEW: Review = { facts: [], steps: [] };
const INCLUDED = { hash: "0x01", block: 7n, outcome: "You received 1 share." } as const;
const after = (...events: FlowEvent[]): FlowState => events.reduce<FlowState>(nextState, { kind: "form" });

const reviewed: FlowEvent[] = [{ kind: "submitted" }, { kind: "reviewed", review: REVIEW }];
const signing: FlowEvent[] = [...reviewed, { kind: "stepStarted", step: 0 }];

test("a flow runs from the form over review and steps to its result", () => {
  assert.deepEqual(after(...signing, { kind: "sent" }, { kind: "stepStarted", step: 1 }), {
    kind: "running",
    review: REVIEW,
    step: 1,
    phase: "signing",
  });
  assert.deepEqual(after(...signing, { kind: "finished", included: INCLUDED }), { kind: "done", included: INCLUDED });
});

test("a rejection in the wallet returns to the form with a notice", () => {
  assert.deepEqual(after(...signing, { kind: "rejected", reason: "Rejected." }), { kind: "form", notice: "Rejected." });
});

test("a refused quote returns to the form before anything was signed", () => {
  assert.deepEqual(after({ kind: "submitted" }, { kind: "refused", reason: "Too old." }), {
    kind: "form",
    notice: "Too old.",
  });
});

test("a quote that arrives after a cancel is dropped", () => {
  assert.deepEqual(after({ kind: "submitted" }, { kind: "cancelled" }, { kind: "reviewed", review: REVIEW }), {
    kind: "form",
  });
});

test("nothing cancels what the wallet is already asked for", () => {
  assert.equal(after(...signing, { kind: "cancelled" }).kind, "running");
});

test("a failure after sending keeps the hash", () => {
  assert.deepEqual(after(...signing, { kind: "sent" }, { kind: "failed", reason: "Reverted.", hash: "0x02" }), {
    kind: "failed",
    reason: "Reverted.",
    hash: "0x02",
  });
});
