import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { amountToFill, amountToOpen, buyPayment, offBps, type Scene, sellCost } from "./auction.ts";

const terms = { life: 600n, premiumBps: 20, slippageBps: 60 };

describe("offBps", () => {
  it("falls from the premium to the slippage over the auction's life", () => {
    assert.equal(offBps({ ...terms, elapsed: 0n }), 20n);
    assert.equal(offBps({ ...terms, elapsed: 150n }), 0n);
    assert.equal(offBps({ ...terms, elapsed: 600n }), -60n);
  });

  it("rounds up, in the vault's favour (VLT-5)", () => {
    assert.equal(offBps({ ...terms, elapsed: 7n }), 20n); // 20 − 0.93
    assert.equal(offBps({ ...terms, elapsed: 599n }), -59n); // 20 − 79.87
  });
});

describe("fills", () => {
  // 2.5 SPX at 1416.60 USD, one percent off: 2.5 · 1416.6 = 3541.5
  const fill = { amount: 25n * 10n ** 17n, price: 141_660_000_000n, tokenDecimals: 18, baseDecimals: 6 };

  it("sell above and buy below the oracle price while off is positive", () => {
    assert.equal(sellCost({ ...fill, offBps: 100n }), 3_576_915_000n);
    assert.equal(buyPayment({ ...fill, offBps: 100n }), 3_506_085_000n);
  });

  it("sell below and buy above it while off is negative", () => {
    assert.equal(sellCost({ ...fill, offBps: -100n }), 3_506_085_000n);
    assert.equal(buyPayment({ ...fill, offBps: -100n }), 3_576_915_000n);
  });

  it("round in the vault's favour (VLT-5)", () => {
    const dust = { ...fill, amount: 1n, offBps: 0n };
    assert.equal(sellCost(dust), 1n);
    assert.equal(buyPayment(dust), 0n);
  });
});

describe("the amount of an auction", () => {
  const USD = 10n ** 6n;
  const SPX = 10n ** 18n;
  // 1,000,000 USD, all cash, at 2,000 USD a token
  const scene: Scene = {
    idle: 1_000_000n * USD,
    nav: 1_000_000n * USD,
    supply: 10n ** 18n,
    pendingShares: 0n,
    mark: 10n ** 18n,
    held: 0n,
    price: 2_000n * 10n ** 8n,
    tokenDecimals: 18,
    baseDecimals: 6,
    demand: { kind: "fresh", targetWeightBps: 4_000n },
    cashFloorBps: 500,
    slippageBps: 0,
    maxDrawdownBps: 4_000,
  };
  const half = { ...scene, idle: 500_000n * USD, held: 250n * SPX };
  const budgets = { turnoverE7: 2n * 10n ** 7n, lossE7: 10n ** 5n };

  it("closes the gap to the target", () => {
    assert.equal(amountToFill(scene, budgets, 0n), 200n * SPX);
    assert.equal(amountToFill(half, budgets, 0n), -50n * SPX);
  });

  it("leaves room for the worst price when it buys", () => {
    assert.equal(amountToFill({ ...scene, slippageBps: 10_000 / 4 }, budgets, 0n), 160n * SPX); // 200 / 1.25
  });

  it("leaves the cash floor", () => {
    const greedy = { ...scene, demand: { kind: "fresh", targetWeightBps: 10_000n } } as const;
    assert.equal(amountToFill(greedy, budgets, 0n), 475n * SPX);
  });

  it("is nothing within the band", () => {
    const near = { ...half, demand: { kind: "fresh", targetWeightBps: 5_500n } } as const;
    assert.equal(amountToOpen(near, budgets, 500), 0n);
    assert.equal(amountToOpen(near, budgets, 499), 25n * SPX);
  });

  it("buys nothing below the greatest drawdown, and goes on selling", () => {
    assert.equal(amountToFill({ ...scene, mark: 2n * scene.mark }, budgets, 0n), 0n);
    assert.equal(amountToFill({ ...half, mark: 2n * scene.mark }, budgets, 0n), -50n * SPX);
  });

  it("keeps what it has under a stale signal, and nothing when unwinding", () => {
    assert.equal(amountToFill({ ...half, demand: { kind: "stale" } }, budgets, 0n), 0n);
    assert.equal(amountToOpen({ ...half, demand: { kind: "unwinding" } }, budgets, 500), -250n * SPX);
  });

  it("sells for requested exits and the floor of what remains, whatever the signal says", () => {
    // 80 % want out: 800,000 owed, 200,000 remain, 10,000 of it in cash: 310,000 are missing
    const leaving = { ...half, pendingShares: (8n * half.supply) / 10n };
    const sold = -amountToFill({ ...leaving, demand: { kind: "stale" } }, budgets, 0n);
    assert.ok(sold >= 155n * SPX && sold < (15_501n * SPX) / 100n);
  });

  it("shares a shortage with the other positions by value, at the opening only", () => {
    const leaving: Scene = {
      ...half,
      held: 125n * SPX,
      pendingShares: (8n * half.supply) / 10n,
      demand: { kind: "stale" },
    };
    const opened = -amountToOpen(leaving, budgets, 500);
    assert.ok(opened >= (775n * SPX) / 10n && opened < (7_751n * SPX) / 100n);
    assert.equal(amountToFill(leaving, budgets, 0n), -125n * SPX);
  });

  it("stays within the turnover and the loss budget (VLT-3)", () => {
    assert.equal(amountToFill(scene, { ...budgets, turnoverE7: 10n ** 6n }, 0n), 50n * SPX); // 10 % of NAV
    assert.equal(amountToFill(scene, { ...budgets, lossE7: 1_000n }, -20n), 25n * SPX); // 0.01 % of NAV at 0.2 %
    assert.equal(amountToFill(scene, { ...budgets, lossE7: 0n }, 0n), 200n * SPX);
  });

  it("sells what requested exits need even when the budgets are used up", () => {
    const leaving: Scene = { ...half, pendingShares: (8n * half.supply) / 10n, demand: { kind: "stale" } };
    const sold = -amountToFill(leaving, { turnoverE7: 0n, lossE7: 0n }, -60n);
    assert.ok(sold >= 150n * SPX && sold < (15_001n * SPX) / 100n); // 300,000, without the floor
  });
});
