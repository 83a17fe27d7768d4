import assert from "node:assert/strict";
import { test } from "node:test";
import type { Vault } from "../../data/vaults.ts";
import { bySize, clockOf, drawdown, highWaterMark, nextClose, sinceStart, stateOf, worthOf } from "./model.ts";

const VAULT = {
  startNavPerShare: 1_000_000n,
  startPrice: 141_660_000_000n,
  startAt: 1000n,
  navPerShare: 1_043_200n,
  totalSupply: 1n,
  positions: [],
  mandate: { managementFeeBps: 0, performanceFeeBps: 0, entryPausedUntil: 0n },
} as unknown as Vault;

/** 1,000 units of base for 1,000 shares of 12 decimals, at the mark, with no fee due. */
const ROUND = {
  ...VAULT,
  nav: 1_000_000_000n,
  totalSupply: 10n ** 15n,
  feeShares: 0n,
  mark: 10n ** 18n,
  accruedAt: 0n,
  managementFeeBps: 0,
  performanceFeeBps: 0,
} as Vault;

test("growth since the start is that of one share", () => {
  assert.equal(sinceStart(VAULT)?.bps, 432n);
  assert.equal(sinceStart({ ...VAULT, startNavPerShare: null }), undefined);
});

test("shares are worth what is left once the fees due by now are taken", () => {
  const year = 365n * 86_400n;
  const rates = { managementFeeBps: 100, performanceFeeBps: 1_000 };
  const vault = {
    ...ROUND,
    ...rates,
    totalSupply: 9n * 10n ** 14n,
    feeShares: 10n ** 14n,
    mandate: { ...ROUND.mandate, ...rates },
  };

  assert.equal(worthOf(vault, 10n ** 12n, 0n), 1_000_000n);
  assert.equal(worthOf(vault, 10n ** 12n, undefined), 1_000_000n);
  assert.equal(worthOf(vault, 10n ** 12n, year), 990_000n); // 1 % a year
  assert.equal(worthOf({ ...vault, nav: 1_500_000_000n }, 10n ** 12n, 0n), 1_450_000n); // a tenth of the gain
});

test("the high-water mark is told for one whole share", () => {
  assert.equal(highWaterMark({ ...VAULT, mark: 12n * 10n ** 17n, baseDecimals: 6 } as Vault), 1_200_000n);
});

test("the drawdown is measured from the mark, and beyond the limit the vault only sells", () => {
  assert.deepEqual(drawdown(ROUND, 1_500, 0n), { bps: 0n, isReduceOnly: false });
  assert.deepEqual(drawdown({ ...ROUND, nav: 880_000_000n }, 1_500, 0n), { bps: 1_199n, isReduceOnly: false }); // one base unit rounds up for the holders
  assert.deepEqual(drawdown({ ...ROUND, nav: 840_000_000n }, 1_500, 0n), { bps: 1_599n, isReduceOnly: true });
  assert.deepEqual(drawdown({ ...ROUND, nav: 1_200_000_000n }, 1_500, 0n), { bps: 0n, isReduceOnly: false });
});

test("the state is the one word that restricts most", () => {
  const position = (halted: string) => ({ market: { halted } });
  const halted = { ...VAULT, positions: [position("None"), position("Disagreement")] } as unknown as Vault;
  const paused = { ...VAULT, mandate: { ...VAULT.mandate, entryPausedUntil: 500n } };

  assert.equal(stateOf({ ...halted, totalSupply: 0n }, 0n), "halted");
  assert.equal(stateOf(paused, 499n), "paused");
  assert.equal(stateOf(paused, 500n), "live");
  assert.equal(stateOf({ ...VAULT, totalSupply: 0n }, undefined), "empty");
  assert.equal(stateOf(VAULT, 0n), "live");
});

test("vaults are listed by their size in whole units of base, then by name", () => {
  const vault = (name: string, nav: bigint, baseDecimals: number) => ({ ...VAULT, name, nav, baseDecimals }) as Vault;
  const listed = bySize([
    vault("c", 5n * 10n ** 6n, 6),
    vault("b", 7n * 10n ** 18n, 18),
    vault("a", 5n * 10n ** 6n, 6),
  ]);

  assert.deepEqual(
    listed.map(({ name }) => name),
    ["b", "a", "c"],
  );
});

test("the next close is counted down in days and a clock", () => {
  const market = { closedAt: 1_000n, period: 86_400 } as Vault["positions"][number]["market"];
  assert.equal(nextClose(market), 87_400n);
  assert.equal(nextClose({ ...market, closedAt: 0n }), undefined);
  assert.deepEqual(clockOf(67_267n), { days: 0, clock: "18:41:07" });
  assert.deepEqual(clockOf(2n * 86_400n + 41n), { days: 2, clock: "00:00:41" });
});
