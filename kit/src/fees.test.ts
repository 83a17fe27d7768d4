import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accrue, type FeeState, INITIAL_MARK, isReduceOnly, managementShares, navPerShare } from "./fees.ts";

const YEAR = 31_536_000n;
const SHARE = 10n ** 12n; // of a base asset with 6 decimals
const USD = 10n ** 6n;

const rates = { managementFeeBps: 100, performanceFeeBps: 1_000 };
const state: FeeState = { mark: INITIAL_MARK, accruedAt: 0n, ...rates };
const vault = { state, rates, nav: 1_000n * USD, supply: 1_000n * SHARE, now: 0n };

describe("the management fee", () => {
  it("is a part of the vault after it: f / (1 − f) of the supply", () => {
    assert.equal(managementShares(99n * SHARE, 100, YEAR), SHARE); // 1 % of 100
  });

  it("takes 5 % of the supply at most, after any dormancy (V9)", () => {
    assert.equal(managementShares(95n * SHARE, 500, YEAR), 5n * SHARE);
    assert.equal(managementShares(95n * SHARE, 500, 50n * YEAR), 5n * SHARE);
  });

  it("is charged without prices, while the gain waits", () => {
    const accrual = accrue({ ...vault, nav: undefined, supply: 99n * SHARE, now: YEAR });
    assert.equal(accrual.managementShares, SHARE);
    assert.equal(accrual.performanceShares, 0n);
    assert.deepEqual(accrual.state, { ...state, accruedAt: YEAR });
  });
});

describe("the performance fee", () => {
  const doubled = { ...vault, nav: 2_000n * USD };

  it("is a part of the gain above the mark, and the mark rises to what is left", () => {
    const { performanceShares, state: after } = accrue(doubled);
    // 10 % of a gain of 1,000 less one virtual share's: 99.999999 of 2,000 are worth 52.63… of 1,052.63…
    assert.equal(performanceShares, (1_000n * SHARE * 99_999_999n) / (2_000n * USD - 99_999_999n));
    assert.ok(after.mark > (INITIAL_MARK * 189n) / 100n && after.mark < (INITIAL_MARK * 191n) / 100n);
  });

  it("is charged once for the same gain (V9)", () => {
    const first = accrue(doubled);
    const again = accrue({ ...doubled, supply: first.supply, state: first.state });
    assert.equal(again.performanceShares, 0n);
  });

  it("is not charged below the mark, which stays (V9)", () => {
    const fallen = accrue({ ...vault, nav: 900n * USD });
    assert.equal(fallen.performanceShares, 0n);
    assert.equal(fallen.state.mark, INITIAL_MARK);
  });

  it("starts again in an empty vault", () => {
    const high = { ...state, mark: INITIAL_MARK * 9n };
    assert.equal(accrue({ ...vault, state: high, nav: 0n, supply: 0n }).state.mark, INITIAL_MARK);
  });
});

describe("rates", () => {
  it("never reach back, in either direction (V9)", () => {
    const lowered = accrue({ ...vault, rates: { ...rates, managementFeeBps: 50 }, now: YEAR });
    const raised = accrue({ ...vault, rates: { ...rates, managementFeeBps: 500 }, now: YEAR });
    assert.equal(lowered.managementShares, managementShares(vault.supply, 50, YEAR));
    assert.equal(raised.managementShares, managementShares(vault.supply, 100, YEAR));
    assert.equal(raised.state.managementFeeBps, 500);
  });

  it("keep their lowest while prices are missing", () => {
    const waiting = accrue({ ...vault, nav: undefined, rates: { ...rates, performanceFeeBps: 200 } });
    const later = accrue({ ...vault, nav: undefined, state: waiting.state });
    assert.equal(later.state.performanceFeeBps, 200);
  });

  it("wait for a clock that runs behind", () => {
    assert.equal(accrue({ ...vault, state: { ...state, accruedAt: 5n } }).managementShares, 0n);
  });
});

describe("isReduceOnly", () => {
  const drawdown = { supply: 1_000n * SHARE, mark: INITIAL_MARK, maxDrawdownBps: 4_000 };

  it("begins below the greatest drawdown, not at it", () => {
    assert.equal(navPerShare(600n * USD, drawdown.supply) >= (INITIAL_MARK * 6n) / 10n, true);
    assert.equal(isReduceOnly({ ...drawdown, nav: 600n * USD }), false);
    assert.equal(isReduceOnly({ ...drawdown, nav: 599n * USD }), true);
  });

  it("never begins when it is 100 %", () => {
    assert.equal(isReduceOnly({ ...drawdown, nav: 0n, maxDrawdownBps: 10_000 }), false);
  });
});
