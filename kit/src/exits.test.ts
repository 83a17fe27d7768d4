import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { owedToExits, settleExits, sharesPayable } from "./exits.ts";
import { previewRedeem } from "./vault.ts";

const SHARE = 10n ** 12n;
const USD = 10n ** 6n;
const pool = { totalAssets: 1_000n * USD, totalSupply: 1_000n * SHARE };
const exitSpreadBps = 40;

describe("owedToExits", () => {
  it("is what the pending shares are worth, up", () => {
    assert.equal(owedToExits(0n, pool), 0n);
    assert.equal(owedToExits(250n * SHARE, pool), 250n * USD);
    assert.equal(owedToExits(1n, pool), 1n);
  });
});

describe("sharesPayable", () => {
  it("is all of them while cash covers them after the spread", () => {
    const idle = previewRedeem(100n * SHARE, pool, exitSpreadBps); // 99.60
    assert.equal(idle, 99_600_000n);
    assert.equal(sharesPayable({ shares: 100n * SHARE, idle, pool, exitSpreadBps }), 100n * SHARE);
  });

  it("is as many as cash pays for, never more", () => {
    const shares = sharesPayable({ shares: 100n * SHARE, idle: 50n * USD, pool, exitSpreadBps });
    assert.ok(previewRedeem(shares, pool, exitSpreadBps) <= 50n * USD);
    assert.ok(previewRedeem(shares + SHARE / USD, pool, exitSpreadBps) >= 50n * USD);
  });

  it("counts the spread as soon as the last share stays", () => {
    const idle = pool.totalAssets - 1n;
    const shares = sharesPayable({ shares: pool.totalSupply, idle, pool, exitSpreadBps });
    assert.equal(shares, pool.totalSupply - 1n);
    assert.equal(sharesPayable({ shares: pool.totalSupply, idle: idle + 1n, pool, exitSpreadBps }), pool.totalSupply);
  });
});

describe("settleExits", () => {
  const request = (id: bigint, shares: bigint) => ({ id, shares: shares * SHARE, requestedAt: 100n });
  const queue = [request(3n, 100n), request(4n, 0n), request(5n, 200n), request(6n, 50n)];
  const vault = { queue, pool, idle: 1_000n * USD, exitSpreadBps, oldestPriceAt: 101n };

  it("pays in order and passes over what was cancelled (V10)", () => {
    assert.deepEqual(
      settleExits(vault).map(({ id, shares }) => [id, shares / SHARE]),
      [
        [3n, 100n],
        [5n, 200n],
        [6n, 50n],
      ],
    );
  });

  it("pays a later one what the spread of an earlier one has left (VLT-2)", () => {
    const [first, second] = settleExits(vault);
    assert.equal(first?.assets, 99_600_000n);
    assert.ok((second?.assets ?? 0n) > 199_200_000n);
  });

  it("pays the first that cash does not cover in part, and none after it (V10)", () => {
    const settlements = settleExits({ ...vault, idle: 150n * USD });
    assert.deepEqual(
      settlements.map(({ id }) => id),
      [3n, 5n],
    );
    assert.ok((settlements[1]?.shares ?? 0n) < 200n * SHARE);
    assert.ok(settlements.reduce((sum, { assets }) => sum + assets, 0n) <= 150n * USD);
  });

  it("pays nobody at a price that was known at the request (V8)", () => {
    assert.deepEqual(settleExits({ ...vault, oldestPriceAt: 100n }), []);
  });

  it("pays nothing without cash", () => assert.deepEqual(settleExits({ ...vault, idle: 0n }), []));
});
