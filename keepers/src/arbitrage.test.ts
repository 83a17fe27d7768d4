import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { poolFillerAbi } from "@aibot/kit/generated/abis";
import { decodeFunctionData } from "viem";
import { type ArbitrageState, type ArbitrageTarget, decideArbitrage } from "./arbitrage.ts";
import { sqrtPriceX96 } from "./pool.ts";

const UNIT = 10n ** 8n;
const target: ArbitrageTarget = {
  venue: {
    pool: "0x0000000000000000000000000000000000000001",
    feePips: 500n,
    tokenIsToken0: true,
    tokenDecimals: 18,
    baseDecimals: 6,
  },
  market: "SPX/USD",
  priceBook: "0x0000000000000000000000000000000000000002",
  poolFiller: "0x0000000000000000000000000000000000000003",
  token: "0x0000000000000000000000000000000000000004",
  base: "0x0000000000000000000000000000000000000005",
  minProfit: 10_000n, // 0.01
  gasMarket: undefined,
  maxPriceAge: 600,
};
const orientations = [true, false].map((tokenIsToken0) => ({ ...target, venue: { ...target.venue, tokenIsToken0 } }));

/** A pool that stands at `poolPrice` while the market's price is 1000. */
const state = (keeper: ArbitrageTarget, poolPrice: bigint, changes: Partial<ArbitrageState> = {}): ArbitrageState => ({
  pool: { sqrtPriceX96: sqrtPriceX96(poolPrice, keeper.venue), liquidity: 10n ** 18n, swaps: 77n },
  price: { price: 1_000n * UNIT, observedAt: 1000, halted: 0 },
  now: 1000,
  stock: { token: 10n ** 24n, base: 10n ** 15n },
  gasCost: 0n,
  ...changes,
});

const callOf = (keeper: ArbitrageTarget, given: ArbitrageState) => {
  const decision = decideArbitrage(keeper, given);
  if (decision.kind === "skip") return decision.reason;
  const { args } = decodeFunctionData({ abi: poolFillerAbi, data: decision.action.data });
  const [, zeroForOne, amountIn, limit] = args as [unknown, boolean, bigint, bigint];
  return { zeroForOne, amountIn, limit };
};

describe("decideArbitrage", () => {
  for (const oriented of orientations) {
    const which = oriented.venue.tokenIsToken0 ? "token0" : "token1";

    it(`sells tokens that are dear in the pool, down to the fee edge (${which})`, () => {
      const call = callOf(oriented, state(oriented, 1_010n * UNIT));

      assert.ok(typeof call !== "string");
      assert.equal(call.zeroForOne, oriented.venue.tokenIsToken0);
      const priceAtLimit =
        (Number(call.limit) / Number(sqrtPriceX96(1_000n * UNIT, oriented.venue))) ** (call.zeroForOne ? 2 : -2);
      assert.ok(Math.abs(priceAtLimit - 1 / 0.9995) < 1e-9);
    });

    it(`buys tokens that are cheap in the pool, up to the fee edge (${which})`, () => {
      const call = callOf(oriented, state(oriented, 990n * UNIT));

      assert.ok(typeof call !== "string");
      assert.equal(call.zeroForOne, !oriented.venue.tokenIsToken0);
      const priceAtLimit =
        (Number(call.limit) / Number(sqrtPriceX96(1_000n * UNIT, oriented.venue))) ** (call.zeroForOne ? -2 : 2);
      assert.ok(Math.abs(priceAtLimit - 0.9995) < 1e-9);
    });

    it(`leaves a pool alone inside the fee (${which})`, () => {
      for (const cents of [99_951n, 100_000n, 100_049n]) {
        assert.equal(callOf(oriented, state(oriented, (cents * UNIT) / 100n)), "pool at the price");
      }
    });

    it(`uses what stock there is (${which})`, () => {
      const call = callOf(oriented, state(oriented, 990n * UNIT, { stock: { token: 0n, base: 5_000_000n } }));

      assert.ok(typeof call !== "string");
      assert.equal(call.amountIn, 5_000_000n);
    });
  }

  const refusals: [reason: string, given: ArbitrageState][] = [
    ["no stock", state(target, 1_010n * UNIT, { stock: { token: 0n, base: 10n ** 15n } })],
    ["too little profit", state(target, 1_001n * UNIT, { stock: { token: 10n ** 12n, base: 0n } })],
    ["too little profit", state(target, 990n * UNIT, { gasCost: 10n ** 15n })],
    ["cost of gas unknown", state(target, 990n * UNIT, { gasCost: undefined })],
    ["market halted", state(target, 990n * UNIT, { price: { price: 1_000n * UNIT, observedAt: 1000, halted: 1 } })],
    ["price too old", state(target, 990n * UNIT, { now: 1601 })],
    ["pool at the price", { ...state(target, 990n * UNIT), pool: { sqrtPriceX96: 0n, liquidity: 0n, swaps: 0n } }],
  ];
  for (const [reason, given] of refusals) {
    it(`does nothing: ${reason}`, () => assert.equal(callOf(target, given), reason));
  }

  it("names one need by price and pool state, so that it is met once", () => {
    const key = (given: ArbitrageState) => {
      const decision = decideArbitrage(target, given);
      return decision.kind === "act" ? decision.action.key : "";
    };
    const first = state(target, 990n * UNIT);
    const traded = { ...first, pool: { ...first.pool, swaps: 78n } };
    const repriced = { ...first, price: { ...first.price, observedAt: 999 } };

    assert.equal(key(first), key({ ...first, now: 1_500 }));
    assert.equal(new Set([key(first), key(traded), key(repriced)]).size, 3);
  });
});
