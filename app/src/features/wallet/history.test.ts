import assert from "node:assert/strict";
import { test } from "node:test";
import { entriesOf, sumsOf } from "./history.ts";
import { OWN_LIMIT, type Own } from "./own-data.ts";

const event = (id: string, block: number) => ({ id, block, timestamp: 0n, tx: "0x" });
const row = (id: string, block: number, assets: bigint, shares: bigint) => ({ ...event(id, block), assets, shares });
const NOTHING: Own = { deposits: [], withdrawals: [], settlements: [], requests: [], inKind: [], holder: null };

const sums = (own: Partial<Own>, worth = (shares: bigint) => shares) =>
  sumsOf({ own: { ...NOTHING, ...own }, tokens: [{ price: 2_00000000n, decimals: 18 }], baseDecimals: 6, worth });

test("a gain is what came out and is still worth, less what went in", () => {
  const { paidIn, tookOut, gain } = sums({
    deposits: [row("a", 1, 1_000n, 900n), row("b", 2, 500n, 450n)],
    withdrawals: [row("c", 3, 330n, 300n)],
    settlements: [row("d", 4, 220n, 200n)],
    holder: { shares: 850n },
  });

  assert.equal(paidIn, 1_500n);
  assert.equal(tookOut, 550n);
  assert.deepEqual(gain, { kind: "known", value: 550n + 850n - 1_500n });
});

test("shares that wait in the queue are still the owner's", () => {
  const request = { ...event("r", 2), number: 0, shares: 400n, pending: 400n, assets: 0n, state: "pending" as const };

  assert.deepEqual(
    sums({ deposits: [row("a", 1, 1_000n, 1_000n)], requests: [request], holder: { shares: 600n } }).gain,
    {
      kind: "known",
      value: 0n,
    },
  );
});

test("what was taken in kind counts at today's price", () => {
  const inKind = { ...event("k", 2), shares: 1_000n, amounts: [300n, 10n ** 14n] }; // 0.0001 tokens at 2 = 200 base units

  const { inKindNow, gain } = sums({ deposits: [row("a", 1, 400n, 1_000n)], inKind: [inKind] });

  assert.equal(inKindNow, 500n);
  assert.deepEqual(gain, { kind: "known", value: 100n });
});

test("with shares that came or went otherwise, or too many rows, no gain is claimed", () => {
  assert.deepEqual(sums({ holder: { shares: 5n } }).gain, { kind: "transferred" });
  const many = Array.from({ length: OWN_LIMIT }, (_, index) => row(String(index), index, 1n, 1n));
  assert.deepEqual(sums({ deposits: many, holder: { shares: BigInt(OWN_LIMIT) } }).gain, { kind: "cut" });
});

test("entries are newest first, a request that was taken back says so", () => {
  const request = { ...event("r", 5), number: 0, shares: 4n, pending: 0n, assets: 0n, state: "cancelled" as const };
  const own = { ...NOTHING, deposits: [row("1-b", 7, 1n, 1n), row("1-a", 7, 1n, 1n)], requests: [request] };

  assert.deepEqual(
    entriesOf(own).map(({ kind, id }) => `${kind} ${id}`),
    ["deposit 1-b", "deposit 1-a", "cancelled r"],
  );
});
