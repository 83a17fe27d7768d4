import assert from "node:assert/strict";
import { test } from "node:test";
import { heldVolatility, heldWindow, volatilityOf } from "./volatility.ts";

test("held volatility is the annualised root mean square of the log returns in the window", () => {
  // Returns of ln 1.01 and −ln 1.01 in turn: ln(1.01) · √252 = 0.1579562
  const calm = [1_000_000n, 1_010_000n, 1_000_000n, 1_010_000n, 1_000_000n];
  assert.equal(heldVolatility(calm, 4, 252), 1_580);
  // √((ln(1.1)² + ln(0.9)²) / 2 · 8760) = 9.40264
  assert.equal(heldVolatility([1_000_000n, 1_100_000n, 990_000n], 2, 8_760), 94_026);
});

test("only the window counts, and fewer closes say nothing", () => {
  const closes = [1n, 1_000_000n, 1_010_000n, 1_000_000n];
  assert.equal(heldVolatility(closes, 2, 252), 1_580);
  assert.equal(heldVolatility(closes, 4, 252), undefined);
  assert.equal(heldVolatility([], 4, 252), undefined);
  assert.equal(heldWindow(5), 20);
});

test("a value that never moves has no volatility", () => {
  assert.equal(heldVolatility([1_000_000n, 1_000_000n, 1_000_000n], 2, 252), 0);
});

test("a point that is replaced is computed again, one that stays is not", () => {
  const at = (navPerShare: bigint) => ({ navPerShare });
  const points = [at(1_000_000n), at(1_010_000n), at(1_000_000n)];
  assert.equal(volatilityOf(points, 2, 2, 252), 1_580);
  assert.equal(volatilityOf(points, 1, 2, 252), undefined);
  assert.equal(volatilityOf([...points.slice(0, 2), at(1_010_000n)], 2, 2, 252), 1_117); // √(ln(1.01)² / 2 · 252)
  assert.equal(volatilityOf([at(1_010_000n), ...points.slice(1)], 2, 2, 252), 1_117); // another beginning
});
