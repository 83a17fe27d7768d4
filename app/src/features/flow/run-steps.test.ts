import assert from "node:assert/strict";
import { test } from "node:test";
import type { Hex, TransactionReceipt } from "viem";
import { Refusal, type Step } from "./flow.ts";
import type { FlowEvent } from "./flow-state.ts";
import type { Landing } from "./follow.ts";
import { createJournal } from "./journal.ts";
import { type Attempt, decodePending, type Pending } from "./pending.ts";
import { land, runSteps, type StepRunner } from "./run-steps.ts";

const ATTEMPT: Attempt = { from: "0x00000000000000000000000000000000000000a1", nonce: 4, block: 8n };
const REQUEST = { amount: 5n, field: "cash" };
const KEY = "flow.test";

const receiptOf = (status: "success" | "reverted", transactionHash: Hex = "0x01") =>
  ({ status, blockNumber: 9n, transactionHash }) as TransactionReceipt;

const runnerOf = (parts: Partial<StepRunner> = {}): StepRunner => ({
  attempt: async () => ATTEMPT,
  follow: async (): Promise<Landing> => ({ kind: "mined", receipt: receiptOf("success") }),
  isRejection: (error) => error instanceof Error && error.message === "rejected",
  isUnreachable: (error) => error instanceof Error && error.message === "unreachable",
  sentenceOf: (error) => (error as Error).message,
  words: { reverted: "Reverted.", replaced: "Replaced." },
  ...parts,
});

const fail = (message: string) => async () => {
  throw new Error(message);
};
const step = (name: string, send: () => Promise<Hex> = async () => "0x01"): Step => ({
  kind: "transaction",
  name,
  prepare: async () => send,
});

/** Runs the steps and keeps what is reported and every record that was written. */
const play = async (
  steps: readonly Step[],
  runner: StepRunner = runnerOf(),
  verify = () => "You received 1 share.",
) => {
  const items = new Map<string, string>();
  const records: (Pending | undefined)[] = [];
  const store = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
  const flow = { action: "deposit", request: REQUEST, steps: steps.map(({ name }) => name) };
  const journal = createJournal(store, KEY, flow, () => void records.push(decodePending(store.getItem(KEY))));
  const events: FlowEvent[] = [];
  const controller = new AbortController();
  const params = { action: { verify }, steps, runner, journal, signal: controller.signal };
  await runSteps(params, (event) => events.push(event));
  return { events, journal, stages: records.map((record) => record && `${record.step} ${record.stage.kind}`) };
};

test("each thing that cannot be taken back is written down before the next is begun", async () => {
  const { events, stages, journal } = await play([step("approve"), step("deposit")]);

  assert.deepEqual(stages, ["0 asked", "0 sent", "1 due", "1 asked", "1 sent"]);
  assert.deepEqual(events.at(-1), {
    kind: "finished",
    included: { hash: "0x01", block: 9n, outcome: "You received 1 share." },
  });
  assert.deepEqual(journal.read()?.stage, { kind: "sent", hash: "0x01", ...ATTEMPT }); // until its result was seen
});

test("a step whose effect exists is not sent again", async () => {
  const approve: Step = {
    ...(step("approve", () => assert.fail("sent twice")) as object),
    isDone: async () => true,
  } as Step;

  const { stages } = await play([approve, step("deposit")]);

  assert.deepEqual(stages, ["1 asked", "1 sent"]);
});

test("a later step is never sent after an earlier one reverted", async () => {
  const follow = async (): Promise<Landing> => ({ kind: "mined", receipt: receiptOf("reverted") });

  const { events } = await play([step("approve"), step("deposit", () => assert.fail("sent"))], runnerOf({ follow }));

  assert.deepEqual(events.at(-1), { kind: "failed", reason: "Reverted.", hash: "0x01" });
});

test("a rejection, of a signature or a transaction, leaves nothing behind", async () => {
  const signature: Step = { kind: "signature", name: "permit", sign: fail("rejected") };
  for (const steps of [[signature, step("deposit")], [step("deposit", fail("rejected"))]]) {
    const { events, journal } = await play(steps);
    assert.deepEqual(events.at(-1), { kind: "rejected", reason: "rejected" });
    assert.equal(journal.read(), undefined);
  }
});

test("what the chain refuses is not asked of the wallet", async () => {
  const refused: Step = { kind: "transaction", name: "deposit", prepare: fail("Too old.") };

  const { events, stages } = await play([refused]);

  assert.deepEqual(events.at(-1), { kind: "failed", reason: "Too old." });
  assert.deepEqual(stages, [undefined]); // nothing but the clearing
});

test("a wallet that went silent may have sent: its transaction is looked for by its nonce", async () => {
  const looked: (Hex | undefined)[] = [];
  const follow: StepRunner["follow"] = async ({ hash, onHash }) => {
    looked.push(hash);
    onHash("0x77");
    return { kind: "mined", receipt: receiptOf("success", "0x77") };
  };

  const { events, stages } = await play([step("deposit", fail("unreachable"))], runnerOf({ follow }));

  assert.deepEqual(looked, [undefined]);
  assert.deepEqual(stages, ["0 asked", "0 sent"]);
  assert.equal(events.at(-1)?.kind, "finished");
});

test("a transaction that was replaced by another, or proves nothing, fails with its hash", async () => {
  const gone = await play([step("deposit")], runnerOf({ follow: async () => ({ kind: "gone" }) }));
  assert.deepEqual(gone.events.at(-1), { kind: "failed", reason: "Replaced.", hash: "0x01" });

  const unproved = await play([step("deposit")], runnerOf(), () => {
    throw new Refusal("No deposit in the receipt.");
  });
  assert.deepEqual(unproved.events.at(-1), { kind: "failed", reason: "No deposit in the receipt.", hash: "0x01" });
});

test("a page that went away asks for nothing more and reports nothing", async () => {
  const controller = new AbortController();
  const events: FlowEvent[] = [];
  const runner = runnerOf({
    follow: async () => {
      controller.abort();
      throw controller.signal.reason;
    },
  });
  const journal = createJournal(
    { getItem: () => null, setItem: () => {}, removeItem: () => {} },
    KEY,
    undefined,
    () => {},
  );
  const pending = { steps: ["deposit"], step: 0, attempt: ATTEMPT, hash: "0x01" as const };

  await land({ action: { verify: () => "" }, pending, runner, journal, signal: controller.signal }, (event) =>
    events.push(event),
  );

  assert.deepEqual(events, []);
});
