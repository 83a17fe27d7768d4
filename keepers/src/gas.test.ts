import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gasCost } from "./gas.ts";

const GWEI = 10n ** 9n;
const PRICE = 3_000n * 10n ** 8n; // of one coin

describe("gasCost", () => {
  it("is gas × fee × price in base units", () => {
    // 500,000 gas at 20 gwei are 0.01 coins, 30 dollars.
    assert.equal(gasCost({ gas: 500_000n, baseFeePerGas: 20n * GWEI, price: PRICE, baseDecimals: 6 }), 30_000_000n);
    assert.equal(
      gasCost({ gas: 500_000n, baseFeePerGas: 20n * GWEI, price: PRICE, baseDecimals: 18 }),
      30n * 10n ** 18n,
    );
  });

  it("is rounded up: what is less than a unit costs one", () => {
    assert.equal(gasCost({ gas: 1n, baseFeePerGas: 1n, price: PRICE, baseDecimals: 6 }), 1n);
    assert.equal(gasCost({ gas: 0n, baseFeePerGas: 1n, price: PRICE, baseDecimals: 6 }), 0n);
  });
});
