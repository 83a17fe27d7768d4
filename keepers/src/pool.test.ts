import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { feeEdge, inputFor, inputTo, outputFor, outputTo, type PoolState, sqrtPriceX96, type Venue } from "./pool.ts";

const Q96 = 1n << 96n;
const venue: Venue = {
  pool: "0x0000000000000000000000000000000000000001",
  feePips: 600n,
  tokenIsToken0: true,
  tokenDecimals: 18,
  baseDecimals: 6,
};
const pool: PoolState = { sqrtPriceX96: Q96, liquidity: 2n * 10n ** 18n, swaps: 0n };
const oneForZero = { pool, venue, zeroForOne: false };

describe("swaps within one range, by the vectors of Uniswap's SwapMath tests", () => {
  it("an exact input capped at the target price", () => {
    const target = 79623317895830914510639640423n; // √1.01

    assert.equal(inputTo(oneForZero, target), 9975124224178055n + 5988667735148n);
    assert.equal(outputTo(oneForZero, target), 9925619580021728n);
  });

  it("an exact input spent in full", () => {
    assert.equal(outputFor(oneForZero, 10n ** 18n), 666399946655997866n);
  });

  it("an exact output received in full", () => {
    assert.equal(inputFor(oneForZero, 10n ** 18n), 2n * 10n ** 18n + 1200720432259356n);
  });

  it("an output beyond the liquidity has no price", () => {
    assert.equal(inputFor(oneForZero, 2n * 10n ** 18n), undefined);
    assert.equal(inputFor({ ...oneForZero, zeroForOne: true }, 2n * 10n ** 18n), undefined);
  });

  it("never gains by going there and back, in either direction", () => {
    for (const zeroForOne of [true, false]) {
      for (const input of [1n, 999n, 10n ** 15n, 10n ** 18n]) {
        const output = outputFor({ pool, venue, zeroForOne }, input);
        const needed = output === 0n ? 0n : (inputFor({ pool, venue, zeroForOne }, output) ?? 0n);

        assert.ok(needed <= input, `${needed} for the output of ${input}`);
      }
    }
  });
});

describe("prices", () => {
  const price = 1_416_60000000n; // 1416.60 base per token

  it("are base over token in native units, whichever is token0", () => {
    // 1416.6e6 base units per 1e18 token units: √(1.4166e-9) · 2^96, computed with floats to 12 digits.
    const asToken0 = Math.sqrt(1416.6e6 / 1e18) * 2 ** 96;
    const asToken1 = Math.sqrt(1e18 / 1416.6e6) * 2 ** 96;

    const direct = sqrtPriceX96(price, venue);
    const inverse = sqrtPriceX96(price, { ...venue, tokenIsToken0: false });

    assert.ok(Math.abs(Number(direct) / asToken0 - 1) < 1e-12);
    assert.ok(Math.abs(Number(inverse) / asToken1 - 1) < 1e-12);
  });

  it("have an edge one fee away on either side", () => {
    const fair = sqrtPriceX96(price, venue);
    const [below, above] = [feeEdge(fair, false, venue), feeEdge(fair, true, venue)];

    assert.ok(Math.abs((Number(below) / Number(fair)) ** 2 - 0.9994) < 1e-9);
    assert.ok(Math.abs((Number(above) / Number(fair)) ** 2 - 1 / 0.9994) < 1e-9);
  });
});
