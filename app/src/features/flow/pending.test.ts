import assert from "node:assert/strict";
import { test } from "node:test";
import { decodePending, encodePending, keyOf, type Pending } from "./pending.ts";

const pending: Pending = {
  action: "deposit",
  request: { amount: 2n ** 200n, field: "cash" },
  steps: ["approve", "deposit"],
  step: 1,
  stage: { kind: "sent", hash: "0xab", from: "0x00000000000000000000000000000000000000a1", nonce: 7, block: 12n },
};

test("a record survives storage to the last digit", () => {
  assert.deepEqual(decodePending(encodePending(pending)), pending);
  assert.deepEqual(decodePending(encodePending({ ...pending, stage: { kind: "due" } })), {
    ...pending,
    stage: { kind: "due" },
  });
});

test("what another version wrote, or anybody else, is no flow", () => {
  const changed = (change: object) => JSON.stringify({ ...JSON.parse(encodePending(pending)), ...change });
  for (const text of [
    null,
    "",
    "{",
    "[]",
    changed({ step: 2 }),
    changed({ steps: [] }),
    changed({ stage: { kind: "x" } }),
  ])
    assert.equal(decodePending(text), undefined, String(text));
});

test("each account has one flow at a vault, however its address is written", () => {
  const place = { chain: 1, vault: "0xAB", owner: "0xCD" } as const;
  assert.equal(keyOf(place), keyOf({ chain: 1, vault: "0xab", owner: "0xcd" }));
  assert.notEqual(keyOf(place), keyOf({ ...place, chain: 2 }));
});
