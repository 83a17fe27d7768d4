import assert from "node:assert/strict";
import { test } from "node:test";
import type { Vault } from "../../data/vaults.ts";
import { doorsOf } from "./doors.ts";

const NOW = 10_000n;
const vaultOf = ({ halted = "None", priceAt = NOW, entryPausedUntil = 0n }) =>
  ({
    positions: [{ market: { market: "SPX/USD", halted, priceAt } }],
    mandate: { entryPausedUntil },
  }) as unknown as Vault;
const doors = (vault: Vault, parts: { isReplay?: boolean; entryMaxAge?: number | undefined } = {}) =>
  doorsOf({ vault, now: NOW, entryMaxAge: 600, isReplay: false, ...parts });

test("a halted market shuts every door that needs a price, and is named", () => {
  assert.deepEqual(doors(vaultOf({ halted: "Disagreement" })), { kind: "halted", market: "SPX/USD" });
});

test("a price is too old one second after its age, unless a review renews it", () => {
  assert.deepEqual(doors(vaultOf({ priceAt: NOW - 600n })), { kind: "open", isPaused: false });
  assert.deepEqual(doors(vaultOf({ priceAt: NOW - 601n })), { kind: "stale" });
  assert.deepEqual(doors(vaultOf({ priceAt: NOW - 601n }), { isReplay: true }), { kind: "open", isPaused: false });
  assert.deepEqual(doors(vaultOf({ priceAt: 0n }), { entryMaxAge: undefined }), { kind: "open", isPaused: false });
});

test("a pause shuts the way in until it ends", () => {
  assert.deepEqual(doors(vaultOf({ entryPausedUntil: NOW + 1n })), { kind: "open", isPaused: true });
  assert.deepEqual(doors(vaultOf({ entryPausedUntil: NOW })), { kind: "open", isPaused: false });
});
