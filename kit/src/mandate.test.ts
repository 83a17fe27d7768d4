import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { targetWeightBps } from "./mandate.ts";

const terms = { targetVolBps: 1_000, capBps: 9_500, shareBps: 10_000 };

describe("targetWeightBps", () => {
  it("is target volatility over forecast", () => {
    assert.equal(targetWeightBps({ ...terms, signal: 0n }), 1_000n); // 10 % / 100 %
    assert.equal(targetWeightBps({ ...terms, signal: -(2n << 32n) }), 4_000n); // 10 % / 25 %
  });

  it("is the position's share of it", () => {
    assert.equal(targetWeightBps({ ...terms, shareBps: 2_500, signal: -(2n << 32n) }), 1_000n);
  });

  it("rounds down, toward cash", () => {
    assert.equal(targetWeightBps({ ...terms, signal: 1n }), 999n);
  });

  it("is nothing beyond the end of exp2", () => {
    assert.equal(targetWeightBps({ ...terms, signal: (64n << 32n) - 1n }), 0n);
    assert.equal(targetWeightBps({ ...terms, signal: 64n << 32n }), 0n);
  });

  it("never exceeds the cap, however calm the forecast", () => {
    assert.equal(targetWeightBps({ ...terms, signal: -(6n << 32n) }), 9_500n);
    assert.equal(targetWeightBps({ ...terms, signal: -(61n << 32n) }), 9_500n);
  });
});
