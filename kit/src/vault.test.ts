import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  convertToAssets,
  convertToShares,
  previewDeposit,
  previewMint,
  previewRedeem,
  previewWithdraw,
  totalAssets,
  weightBps,
} from "./vault.ts";

const USD = 10n ** 6n;
const SPX = 10n ** 18n;

describe("totalAssets", () => {
  it("adds idle cash and holdings at their prices", () => {
    const nav = totalAssets({
      idle: 1_000n * USD,
      holdings: [
        { amount: 2n * SPX, price: 141_660_000_000n, decimals: 18 },
        { amount: 5n, price: 3n * 10n ** 8n, decimals: 0 },
      ],
      baseDecimals: 6,
    });
    assert.equal(nav, (1_000n * 100n + 283_320n + 1_500n) * (USD / 100n));
  });

  it("rounds each holding down on its own", () => {
    const dust = { amount: 999_999_999_999n, price: 10n ** 8n, decimals: 18 };
    assert.equal(totalAssets({ idle: 7n, holdings: [dust, dust], baseDecimals: 6 }), 7n);
  });
});

describe("shares", () => {
  it("of an empty vault have six more decimals than the base asset", () => {
    assert.equal(convertToShares(5n * USD, { totalAssets: 0n, totalSupply: 0n }), 5n * 10n ** 12n);
  });

  it("never convert to more than they came from (VLT-1)", () => {
    const pool = { totalAssets: 1_234_567_891n, totalSupply: 987_654_321_012_345n };
    for (const assets of [1n, 2n, 999_999n, 1_234_567_891n]) {
      assert.ok(convertToAssets(convertToShares(assets, pool), pool) <= assets);
    }
  });

  it("gain nothing from a donation to an empty vault worth stealing (VLT-2)", () => {
    const donated = { totalAssets: 1_000_000n * USD, totalSupply: 0n };
    assert.ok(convertToShares(2n * USD, donated) > 0n);
  });
});

describe("weightBps", () => {
  it("is the part of NAV, rounded down", () => {
    assert.equal(weightBps(1n, 3n), 3_333n);
    assert.equal(weightBps(5n, 5n), 10_000n);
  });

  it("is zero in an empty vault", () => assert.equal(weightBps(0n, 0n), 0n));
});

describe("spreads", () => {
  const pool = { totalAssets: 1_000n * USD, totalSupply: 1_000n * 10n ** 12n };

  it("stay with the other shares at entry and exit", () => {
    assert.equal(previewDeposit(100n * USD, pool, 20), 998n * 10n ** 11n);
    assert.equal(previewMint(998n * 10n ** 11n, pool, 20), 100n * USD);
    assert.equal(previewRedeem(100n * 10n ** 12n, pool, 40), 996n * 10n ** 5n);
    assert.equal(previewWithdraw(996n * 10n ** 5n, pool, 40), 100n * 10n ** 12n);
  });

  it("are none for the first in and the last out (V1, V3)", () => {
    const empty = { totalAssets: 0n, totalSupply: 0n };
    assert.equal(previewDeposit(100n * USD, empty, 20), 100n * 10n ** 12n);
    assert.equal(previewMint(100n * 10n ** 12n, empty, 20), 100n * USD);
    assert.equal(previewRedeem(pool.totalSupply, pool, 40), pool.totalAssets);
    assert.equal(previewWithdraw(pool.totalAssets, pool, 40), pool.totalSupply);
  });

  it("round against whoever acts (V2)", () => {
    assert.equal(previewDeposit(1n, pool, 1), 0n);
    assert.equal(previewMint(1n, pool, 1), 2n);
    assert.equal(previewRedeem(10n ** 6n, pool, 1), 0n);
    assert.equal(previewWithdraw(1n, pool, 1), 2n * 10n ** 6n);
  });
});
