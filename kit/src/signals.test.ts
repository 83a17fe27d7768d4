import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { annualised, realisedValue, volatilityBps } from "./signals.ts";

const logOf = (volatility: number) => Math.log2(volatility) * 2 ** 32;
const near = (actual: bigint, expected: number) =>
  assert.ok(Math.abs(Number(actual) - expected) < 100, `${actual} is not within 100 units of ${expected}`);

describe("signal value", () => {
  it("is the output plus the model's constant plus half the log of periods a year", () => {
    assert.equal(annualised(1_000n, { closeToRange: -300n }, 256), 700n + (4n << 32n));
    near(annualised(0n, { closeToRange: 0n }, 252), logOf(Math.sqrt(252)));
  });

  it("reads as volatility in basis points, rounded half up", () => {
    assert.equal(volatilityBps(0n), 10_000n);
    assert.equal(volatilityBps(-(3n << 32n)), 1_250n);
    assert.equal(volatilityBps(-(14n << 32n)), 1n); // 0.61 bps
    assert.equal(volatilityBps(-(15n << 32n)), 0n); // 0.31 bps
  });

  it("reads as at most 2^31 − 1 basis points, so that an absurd model breaks no reader", () => {
    assert.equal(volatilityBps(17n << 32n), 1_310_720_000n);
    for (const value of [18n << 32n, 64n << 32n, 2n ** 51n]) assert.equal(volatilityBps(value), 2_147_483_647n);
  });
});

describe("realised value", () => {
  const closes = [100n, 101n, 99n, 104n].map((price) => price * 10n ** 8n);

  it("is the annualised root mean square of log returns", () => {
    const returns = [101 / 100, 99 / 101, 104 / 99].map(Math.log);
    const variance = returns.reduce((sum, x) => sum + x * x, 0) / 3;

    near(realisedValue(closes, 252), logOf(Math.sqrt(variance * 252)));
  });

  it("is a very small number, not an error, when closes never moved", () => {
    const value = realisedValue([5n, 5n, 5n], 252);
    assert.equal(volatilityBps(value), 0n);
  });

  it("needs two closes", () => {
    assert.throws(() => realisedValue([5n], 252), RangeError);
  });
});
