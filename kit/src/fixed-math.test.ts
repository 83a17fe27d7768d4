// Bit-exact vectors and error bounds are in test/vectors; here is what a reader can check by hand.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { exp2Wad, log2Q32, mulDiv, mulDivUp, sqrt } from "./fixed-math.ts";

const ONE_Q32 = 1n << 32n;

describe("log2Q32", () => {
  it("knows log2(10) = 3.321928094887362…", () => {
    const units = log2Q32(10n) - 14267572527n; // 3.321928094887362 · 2^32 = 14267572527.6
    assert.ok(units >= -1n && units <= 1n);
  });

  it("refuses numbers without a logarithm", () => {
    for (const x of [0n, -1n, 1n << 256n]) assert.throws(() => log2Q32(x), RangeError);
  });

  it("never falls as its input grows", () => {
    for (let x = 2n; x < 3000n; x += 1n) assert.ok(log2Q32(x) >= log2Q32(x - 1n), `at ${x}`);
  });
});

describe("exp2Wad", () => {
  it("gives whole powers of two exactly", () => {
    assert.equal(exp2Wad(0n), 10n ** 18n);
    assert.equal(exp2Wad(10n * ONE_Q32), 1024n * 10n ** 18n);
    assert.equal(exp2Wad(-3n * ONE_Q32), 125n * 10n ** 15n);
  });

  it("knows 2^0.5 = 1.41421356237…", () => {
    assert.equal(exp2Wad(ONE_Q32 / 2n) / 10n ** 8n, 14142135623n);
  });

  it("is zero below its range and refuses from 64 up", () => {
    assert.equal(exp2Wad(-60n * ONE_Q32 - 1n), 0n);
    assert.throws(() => exp2Wad(64n * ONE_Q32), RangeError);
    assert.ok(exp2Wad(64n * ONE_Q32 - 1n) > 0n);
  });
});

describe("sqrt", () => {
  it("rounds down on, below and above squares of every size", () => {
    for (const root of [1n, 2n, 3n, 255n, 256n, 65_535n, 2n ** 64n - 1n, 10n ** 38n + 7n]) {
      assert.equal(sqrt(root * root), root);
      assert.equal(sqrt(root * root - 1n), root - 1n);
      assert.equal(sqrt(root * root + 2n * root), root);
    }
  });

  it("of zero is zero, of a negative number refused", () => {
    assert.equal(sqrt(0n), 0n);
    assert.throws(() => sqrt(-1n), RangeError);
  });
});

describe("mulDiv", () => {
  it("rounds down, mulDivUp rounds up, both are exact when nothing is left", () => {
    assert.deepEqual([mulDiv(7n, 3n, 2n), mulDivUp(7n, 3n, 2n)], [10n, 11n]);
    assert.deepEqual([mulDiv(8n, 3n, 2n), mulDivUp(8n, 3n, 2n)], [12n, 12n]);
    assert.deepEqual([mulDiv(0n, 3n, 2n), mulDivUp(0n, 3n, 2n)], [0n, 0n]);
  });
});
