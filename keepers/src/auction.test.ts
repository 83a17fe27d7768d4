import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { poolFillerAbi } from "@aibot/kit/generated/abis";
import { decodeFunctionData } from "viem";
import { type AuctionState, type AuctionTarget, bestFill, decideAuction, type Quote } from "./auction.ts";
import { type PoolState, sqrtPriceX96 } from "./pool.ts";

const UNIT = 10n ** 8n;
const TOKEN = 10n ** 18n;
const USD = 10n ** 6n;

const cover = {
  venue: {
    pool: "0x0000000000000000000000000000000000000001",
    feePips: 500n,
    tokenIsToken0: true,
    tokenDecimals: 18,
    baseDecimals: 6,
  },
  poolFiller: "0x0000000000000000000000000000000000000003",
  minProfit: USD,
  gasMarket: undefined,
} as const;
const target: AuctionTarget = {
  vault: "0x0000000000000000000000000000000000000009",
  position: 0,
  market: "SPX/USD",
  feed: "SPX/USD vol",
  priceBook: "0x0000000000000000000000000000000000000002",
  cover,
};
const flipped = { ...cover, venue: { ...cover.venue, tokenIsToken0: false } };

const poolAt = (price: bigint, side: typeof cover | typeof flipped = cover, liquidity = 10n ** 20n): PoolState => ({
  sqrtPriceX96: sqrtPriceX96(price, side.venue),
  liquidity,
  swaps: 0n,
});
const quote: Quote = { minAmount: TOKEN, maxAmount: 100n * TOKEN, offBps: -20, price: 1_000n * UNIT };
const buying: AuctionState = {
  due: undefined,
  lot: { round: 7, start: 1_000, remaining: 100n * TOKEN },
  priceAt: 990,
  quote,
  pool: poolAt(1_000n * UNIT),
  gasCost: 0n,
};
const selling: AuctionState = { ...buying, lot: { round: 7, start: 1_000, remaining: -100n * TOKEN } };

const told = (state: AuctionState, of: AuctionTarget = target): string => {
  const decision = decideAuction(of, state);
  return decision.kind === "act" ? decision.action.key : `${decision.name}: ${decision.reason}`;
};

describe("decideAuction", () => {
  const idle = { ...buying, lot: { round: 0, start: 0, remaining: 0n } };
  const cases: [promise: string, state: AuctionState, decision: string][] = [
    [
      "opens what is due",
      { ...idle, due: { round: 8, start: 1_100, remaining: TOKEN } },
      `open ${target.vault} 0 8 990 ${TOKEN}`,
    ],
    [
      "opens before any round, when exits need cash",
      { ...idle, due: { round: 0, start: 1_100, remaining: -TOKEN } },
      `open ${target.vault} 0 0 990 ${-TOKEN}`,
    ],
    ["rests when nothing is due", idle, "open: not due"],
    ["fills a purchase that pays", buying, `fill ${target.vault} 0 1000 ${100n * TOKEN}`],
    ["fills a sale that pays", selling, `fill ${target.vault} 0 1000 ${-100n * TOKEN}`],
    [
      "fills when the profit covers gas too",
      { ...buying, gasCost: 10n * USD },
      `fill ${target.vault} 0 1000 ${100n * TOKEN}`,
    ],
    ["leaves a fill that gas would eat", { ...buying, gasCost: 1_000n * USD }, "fill: too little profit"],
    ["fills nothing while the coin has no price", { ...buying, gasCost: undefined }, "fill: cost of gas unknown"],
    ["opens without knowing what gas costs", { ...idle, gasCost: undefined }, "open: not due"],
    ["waits while the auction asks too much", { ...buying, quote: { ...quote, offBps: -4 } }, "fill: does not pay yet"],
    ["waits at the premium", { ...selling, quote: { ...quote, offBps: 20 } }, "fill: does not pay yet"],
    ["waits when the pool is at the wrong price", { ...buying, pool: poolAt(1_002n * UNIT) }, "fill: does not pay yet"],
    ["wants at least its profit", { ...buying, quote: { ...quote, maxAmount: TOKEN / 10n } }, "fill: does not pay yet"],
    [
      "wants its profit from a small rest too",
      { ...buying, quote: { ...quote, minAmount: 1n, maxAmount: TOKEN / 10n } },
      "fill: too little profit",
    ],
    ["waits for a price", { ...buying, quote: undefined }, "fill: no quote"],
    ["rests when the gap has closed", { ...buying, quote: { ...quote, maxAmount: 0n } }, "fill: gap closed"],
    [
      "does not fill from an empty pool",
      { ...buying, pool: poolAt(1_000n * UNIT, cover, 0n) },
      "fill: does not pay yet",
    ],
    [
      "does not fill less than the smallest fill",
      { ...buying, pool: poolAt(1_000n * UNIT, cover, 10n ** 14n) },
      "fill: does not pay yet",
    ],
  ];
  for (const [promise, state, decision] of cases) it(promise, () => assert.equal(told(state), decision));

  it("opens but does not fill where there is no pool", () => {
    assert.equal(told(buying, { ...target, cover: undefined }), "fill: no pool");
  });

  it("asks the contract for the profit it wants, and no worse price than that leaves", () => {
    const decision = decideAuction(target, buying);
    assert.ok(decision.kind === "act");
    const { functionName, args } = decodeFunctionData({ abi: poolFillerAbi, data: decision.action.data });
    const [vault, position, amount, limit, pool, minProfit] = args as [string, bigint, bigint, bigint, string, bigint];

    assert.deepEqual([functionName, vault, position, amount], ["fill", target.vault, 0n, 100n * TOKEN]);
    assert.deepEqual([pool, minProfit], [cover.venue.pool, USD]);
    // 100 tokens for 1000 with 0.05 % fee cost 100,050.03; a deep pool adds little.
    assert.ok(limit > 100_050n * USD + USD && limit < 100_060n * USD, String(limit));
  });
});

describe("bestFill", () => {
  it("takes all that the auction has left, and a little less where another bound may shrink until the block", () => {
    const [whole, bounded] = [quote, { ...quote, maxAmount: 50n * TOKEN }].map((each) =>
      bestFill(cover, poolAt(1_000n * UNIT), selling.lot, each),
    );

    assert.equal(whole?.amount, 100n * TOKEN);
    assert.equal(bounded?.amount, 50n * TOKEN - (50n * TOKEN) / 10_000n);
  });

  for (const venueCover of [cover, flipped]) {
    const which = venueCover.venue.tokenIsToken0 ? "token0" : "token1";

    it(`is the whole auction in a deep pool (${which})`, () => {
      for (const { lot } of [buying, selling]) {
        const fill = bestFill(venueCover, poolAt(1_000n * UNIT, venueCover), lot, quote);

        assert.equal(fill?.amount, 100n * TOKEN);
        // 20 bp of 100,000 less 5 bp fee is 150 USD, less the impact on a pool of about 3.2e6 tokens: 6 USD.
        assert.ok(fill.profit > 140n * USD && fill.profit < 150n * USD, String(fill.profit));
      }
    });

    it(`is a part of it in a shallow pool, and more would earn less (${which})`, () => {
      const pool = poolAt(1_000n * UNIT, venueCover, 10n ** 18n);
      for (const { lot } of [buying, selling]) {
        const fill = bestFill(venueCover, pool, lot, quote);
        assert.ok(fill !== undefined && fill.amount < quote.maxAmount && fill.profit > 0n);

        const more = bestFill(venueCover, pool, lot, { ...quote, maxAmount: fill.amount * 2n });
        const less = bestFill(venueCover, pool, lot, { ...quote, maxAmount: (fill.amount * 9n) / 10n });
        assert.equal(more?.amount, fill.amount);
        assert.ok(less !== undefined && less.profit < fill.profit);
      }
    });
  }
});
