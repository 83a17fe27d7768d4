import assert from "node:assert/strict";
import { test } from "node:test";
import type { Request, Review, Step } from "./flow.ts";
import { type FlowEvent, type FlowState, nextState, type Run } from "./flow-state.ts";

const step = (name: string): Step => ({ kind: "transaction", name, prepare: async () => async () => "0x01" });
const REVIEW: Review = { facts: [], steps: [step("approve"), step("deposit")] };
const REQUEST: Request = { amount: 5n, field: "cash" };
const INCLUDED = { hash: "0x01", block: 7n, outcome: "You received 1 share." } as const;
const after = (...events: FlowEvent[]): FlowState => events.reduce<FlowState>(nextState, { kind: "form" });

const reviewed: FlowEvent[] = [{ kind: "submitted" }, { kind: "reviewed", review: REVIEW, request: REQUEST }];
const signing: FlowEvent[] = [...reviewed, { kind: "stepStarted", step: 0 }, { kind: "asking" }];
const sent: FlowEvent = { kind: "sent", hash: "0xaa" };
const run = (parts: Partial<Run>): FlowState => ({
  kind: "running",
  run: { request: REQUEST, steps: ["approve", "deposit"], step: 0, phase: "preparing", ...parts },
});

test("a flow runs from the form over review and steps to its result", () => {
  assert.deepEqual(after(...reviewed, { kind: "stepStarted", step: 0 }), run({}));
  assert.deepEqual(after(...signing), run({ phase: "signing" }));
  assert.deepEqual(after(...signing, sent), run({ phase: "mining", hash: "0xaa" }));
  assert.deepEqual(after(...signing, sent, { kind: "stepStarted", step: 1 }), run({ step: 1 })); // without the old hash
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
  assert.deepEqual(
    after({ kind: "submitted" }, { kind: "cancelled" }, { kind: "reviewed", review: REVIEW, request: REQUEST }),
    { kind: "form" },
  );
});

test("nothing cancels what the wallet is already asked for", () => {
  assert.equal(after(...signing, { kind: "cancelled" }).kind, "running");
});

test("a failure after sending keeps the hash", () => {
  assert.deepEqual(after(...signing, sent, { kind: "failed", reason: "Reverted.", hash: "0x02" }), {
    kind: "failed",
    reason: "Reverted.",
    hash: "0x02",
  });
});

test("a replacement in the wallet changes the hash that is shown", () => {
  assert.deepEqual(after(...signing, sent, { kind: "sent", hash: "0xbb" }), run({ phase: "mining", hash: "0xbb" }));
});

test("a wallet that cannot be reached leaves it open whether it has sent", () => {
  const asked = after(...signing, { kind: "unanswered" });
  assert.deepEqual(asked, run({ phase: "asked" }));
  assert.deepEqual(nextState(asked, { kind: "abandoned" }), { kind: "form" });
});

test("what storage holds is shown from any state, and what is left of it is reviewed afresh", () => {
  const resumed = after(...reviewed, {
    kind: "resumed",
    run: { request: REQUEST, steps: ["approve", "deposit"], step: 0, phase: "mining", hash: "0xcc" },
  });
  assert.deepEqual(resumed, run({ phase: "mining", hash: "0xcc" }));

  const again = [
    { kind: "submitted" },
    { kind: "reviewed", review: REVIEW, request: REQUEST, notice: "An earlier step is done." },
  ] satisfies FlowEvent[];
  assert.deepEqual(again.reduce<FlowState>(nextState, resumed), {
    kind: "review",
    review: REVIEW,
    request: REQUEST,
    notice: "An earlier step is done.",
  });
});
