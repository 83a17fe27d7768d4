import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { buyPayment, offBps, sellCost } from "./auction.ts";

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
