import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Candle } from "@aibot/kit/candles";
import type { ChainState } from "./chain-view.ts";
import type { NeedsParams } from "./observe.ts";
import { commonCandleEnd, findNeeds, leastDeviation, newestPrice } from "./observe.ts";
import { candleRound, priceRound } from "./round.ts";

const DAY = 86_400n;
const candle = (day: bigint): Candle => ({
  start: day * DAY,
  end: (day + 1n) * DAY,
  open: 1n,
  high: 1n,
  low: 1n,
  close: 1n,
});
const chain = (days: bigint, price = 10_000n): ChainState => ({
  candleEnd: days * DAY,
  takenEnd: days * DAY,
  price,
  observedAt: days * DAY,
});

const needs = (change: Partial<NeedsParams>): string[] =>
  findNeeds({
    chains: [chain(5n)],
    candles: [],
    ticker: { price: 10_000n, time: 5n * DAY + 10n },
    rules: { heartbeat: 3_600n, deviationBps: 50n },
    joined: new Set(),
    ...change,
  }).map(({ round }) => round);

describe("what a node observes", () => {
  it("is nothing while nothing is new", () => assert.deepEqual(needs({}), []));

  it("is the oldest candle that the chain lacks", () => {
    assert.deepEqual(needs({ candles: [candle(4n), candle(7n), candle(8n)] }), [candleRound(7n * DAY)]);
  });

  it("is one candle for each chain that stands elsewhere", () => {
    const chains = [chain(5n), chain(7n), chain(5n)];
    const candles = [candle(5n), candle(6n), candle(7n)];
    assert.deepEqual(needs({ chains, candles }), [candleRound(5n * DAY), candleRound(7n * DAY)]);
  });

  it("is no price alone while a candle is missing", () => {
    const ticker = { price: 20_000n, time: 6n * DAY };
    assert.deepEqual(needs({ candles: [candle(5n)], ticker }), [candleRound(5n * DAY)]);
  });

  it("is a price when the heartbeat is due", () => {
    assert.deepEqual(needs({ ticker: { price: 10_000n, time: 5n * DAY + 3_599n } }), []);
    assert.deepEqual(needs({ ticker: { price: 10_000n, time: 5n * DAY + 3_600n } }), [priceRound(5n * DAY)]);
  });

  it("is a price when it has moved enough, up or down", () => {
    const time = 5n * DAY + 1n;
    for (const price of [9_951n, 10_000n, 10_049n])
      assert.deepEqual(needs({ ticker: { price, time } }), [], `${price}`);
    assert.deepEqual(needs({ ticker: { price: 10_050n, time } }), [priceRound(5n * DAY)]);
    assert.deepEqual(needs({ ticker: { price: 9_950n, time } }), [priceRound(5n * DAY)]);
  });

  it("is the first price whatever it is, and no price before time moves on", () => {
    const never = { ...chain(5n), price: 0n, observedAt: 0n };
    assert.deepEqual(needs({ chains: [never] }), [priceRound(0n)]);
    assert.deepEqual(needs({ chains: [never], ticker: { price: 1n, time: 0n } }), []);
  });

  it("is measured against the newest report of any chain", () => {
    const chains = [chain(4n, 1n), chain(5n, 10_000n)];
    assert.deepEqual(needs({ chains }), []);
    assert.deepEqual(needs({ chains, ticker: { price: 10_000n, time: 5n * DAY + 3_600n } }), [priceRound(5n * DAY)]);
  });

  it("is a price for which others have good reason", () => {
    assert.deepEqual(needs({ joined: new Set([priceRound(5n * DAY)]) }), [priceRound(5n * DAY)]);
    assert.deepEqual(needs({ joined: new Set([priceRound(4n * DAY)]) }), []);
  });

  it("is never a price that the chain already has", () => {
    assert.deepEqual(
      needs({ ticker: { price: 20_000n, time: 5n * DAY }, joined: new Set([priceRound(5n * DAY)]) }),
      [],
    );
  });
});

describe("of several chains", () => {
  it("the strictest deviation counts", () => {
    assert.equal(leastDeviation([{ deviationBps: 80n }, { deviationBps: 50n }, { deviationBps: 60n }]), 50n);
  });

  it("the newest price and the candles that all have count", () => {
    const chains = [chain(7n, 1n), chain(9n, 2n), chain(8n, 3n)];
    assert.deepEqual(newestPrice(chains), chain(9n, 2n));
    assert.equal(commonCandleEnd(chains), 7n * DAY);
  });
});
