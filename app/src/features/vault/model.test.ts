import assert from "node:assert/strict";
import { test } from "node:test";
import type { Activity, Vault } from "../../data/vaults.ts";
import { buyAndHold, highWaterMark, history, sinceStart, stateOf, timeline, worthOf } from "./model.ts";

const VAULT = {
  startNavPerShare: 1_000_000n,
  startPrice: 141_660_000_000n,
  startAt: 1000n,
  navPerShare: 1_043_200n,
  totalSupply: 1n,
  positions: [],
} as unknown as Vault;

test("growth since the start is that of one share", () => {
  assert.equal(sinceStart(VAULT)?.bps, 432n);
  assert.equal(sinceStart({ ...VAULT, startNavPerShare: null }), undefined);
});

test("shares are worth what is left once the fees due by now are taken", () => {
  const year = 365n * 86_400n;
  const vault = {
    ...VAULT,
    nav: 1_000_000_000n,
    totalSupply: 9n * 10n ** 14n,
    feeShares: 10n ** 14n,
    mark: 10n ** 18n,
    accruedAt: 0n,
    managementFeeBps: 100,
    performanceFeeBps: 1_000,
    mandate: { managementFeeBps: 100, performanceFeeBps: 1_000, entryPausedUntil: 0n },
  } as Vault;

  assert.equal(worthOf(vault, 10n ** 12n, 0n), 1_000_000n);
  assert.equal(worthOf(vault, 10n ** 12n, undefined), 1_000_000n);
  assert.equal(worthOf(vault, 10n ** 12n, year), 990_000n); // 1 % a year
  assert.equal(worthOf({ ...vault, nav: 1_500_000_000n }, 10n ** 12n, 0n), 1_450_000n); // a tenth of the gain
});

test("the high-water mark is told for one whole share", () => {
  assert.equal(highWaterMark({ ...VAULT, mark: 12n * 10n ** 17n, baseDecimals: 6 } as Vault), 1_200_000n);
});

test("buy and hold scales the first share value with the price alone, exactly", () => {
  assert.equal(buyAndHold(1_000_000n, 141_660_000_000n, 70_830_000_000n), 500_000n);
  assert.equal(buyAndHold(10n ** 30n, 3n, 1n), 333333333333333333333333333333n);
});

test("the history starts at the first deposit and carries the sum of a round's fills", () => {
  const point = (round: number, timestamp: bigint) => ({
    round,
    timestamp,
    navPerShare: 1_000_000n,
    price: 141_660_000_000n,
    weightBps: 6000,
  });

  const rows = history(
    VAULT,
    [point(1, 900n), point(2, 1000n), point(3, 1100n)],
    [
      { round: 3, tokenDelta: 5n },
      { round: 3, tokenDelta: -2n },
    ],
  );

  assert.deepEqual(
    rows.map(({ round, traded }) => [round, traded]),
    [
      [2, 0n],
      [3, 3n],
    ],
  );
  assert.equal(rows[0]?.hold, 1_000_000n);
});

test("a vault nobody has entered has no history", () => {
  assert.deepEqual(history({ ...VAULT, startAt: null }, [], []), []);
});

test("activity is one list, newest first, cut to the limit", () => {
  const activity = {
    fills: [{ id: "b", block: 7 }],
    auctions: [
      { id: "a", block: 7 },
      { id: "z", block: 3 },
    ],
    deposits: [{ id: "d", block: 9 }],
    withdrawals: [],
    exits: [{ id: "e", block: 1 }],
    exitRequests: [{ id: "c", block: 7 }],
    settlements: [],
  } as unknown as Activity;

  assert.deepEqual(
    timeline(activity, 5).map(({ kind, id }) => [kind, id]),
    [
      ["deposit", "d"],
      ["exitRequest", "c"],
      ["fill", "b"],
      ["auction", "a"],
      ["auction", "z"],
    ],
  );
});

test("one halted market halts the vault", () => {
  const position = (halted: string) => ({ market: { halted } });
  assert.equal(
    stateOf({ ...VAULT, positions: [position("None"), position("Disagreement")] } as unknown as Vault),
    "halted",
  );
  assert.equal(stateOf({ ...VAULT, totalSupply: 0n }), "empty");
  assert.equal(stateOf(VAULT), "live");
});
