import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Candle } from "@aibot/kit/candles";
import { checkCandle } from "@aibot/kit/candles";
import type { Observation } from "./round.ts";
import { candleRound, checkObservation, contradicts, isCandleRound, medianOf, priceRound, roundTime } from "./round.ts";

const DAY = 86_400n;
const CANDLE: Candle = { start: DAY, end: 2n * DAY, open: 100n, high: 110n, low: 90n, close: 105n };
const SEEN: Observation = { candle: CANDLE, price: 105n, observedAt: 2n * DAY };

/** Deterministic numbers, so that a failure can be repeated. */
const createRandom = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

const randomCandle = (random: (below: number) => number): Candle => {
  const low = 1 + random(100);
  const high = low + random(50);
  const inside = (): bigint => BigInt(low + random(high - low + 1));
  return { start: DAY, end: 2n * DAY, open: inside(), high: BigInt(high), low: BigInt(low), close: inside() };
};

describe("a round key", () => {
  it("tells kind and time", () => {
    assert.equal(candleRound(86_400n), "candle:86400");
    assert.equal(isCandleRound(candleRound(86_400n)), true);
    assert.equal(isCandleRound(priceRound(7n)), false);
    assert.equal(roundTime(priceRound(7n)), 7n);
  });
});

describe("the medians", () => {
  const of = (prices: bigint[]): bigint => medianOf(prices.map((price) => ({ price, observedAt: 1n }))).price;

  it("are the middle of three and the lower middle of four", () => {
    assert.equal(of([30n, 10n, 20n]), 20n);
    assert.equal(of([40n, 10n, 30n, 20n]), 20n);
  });

  it("are taken field by field", () => {
    const others = [
      { candle: { ...CANDLE, open: 91n, close: 109n }, price: 1n, observedAt: 5n },
      { candle: { ...CANDLE, open: 99n, close: 90n }, price: 3n, observedAt: 4n },
      { candle: CANDLE, price: 2n, observedAt: 6n },
    ];
    assert.deepEqual(medianOf(others), { candle: { ...CANDLE, open: 99n, close: 105n }, price: 2n, observedAt: 5n });
  });

  it("leave a candle a candle, whatever three or four candles go in", () => {
    const random = createRandom(1);
    for (let run = 0; run < 2_000; run += 1) {
      const candles = Array.from({ length: 3 + random(2) }, () => randomCandle(random));
      const { candle } = medianOf(candles.map((each) => ({ candle: each, price: 1n, observedAt: 1n })));
      assert.equal(candle && checkCandle(candle), undefined);
    }
  });

  it("stay between honest values whatever one of three or four says", () => {
    const random = createRandom(2);
    for (let run = 0; run < 2_000; run += 1) {
      const honest = Array.from({ length: 2 + random(2) }, () => BigInt(1_000 + random(100)));
      const false_ = BigInt(random(2) === 0 ? 1 + random(10) : 1_000_000 + random(10));
      const median = of([false_, ...honest]);
      const sorted = honest.toSorted((a, b) => Number(a - b));
      assert.ok(median >= (sorted[0] ?? 0n) && median <= (sorted.at(-1) ?? 0n), `${median} of ${false_}, ${honest}`);
    }
  });
});

describe("an observation", () => {
  const round = candleRound(DAY);

  it("counts when its candle is the round's", () => assert.equal(checkObservation(round, SEEN, DAY), undefined));

  const faults: [name: string, change: Partial<Observation>][] = [
    ["no price", { price: 0n }],
    ["a price that does not fit the chain", { price: 2n ** 128n }],
    ["no time", { observedAt: 0n }],
    ["a time that does not fit the chain", { observedAt: 2n ** 48n }],
    ["another candle", { candle: { ...CANDLE, start: 2n * DAY, end: 3n * DAY } }],
    ["a candle of another length", { candle: { ...CANDLE, end: CANDLE.end + 1n } }],
    ["a high below its open", { candle: { ...CANDLE, high: 99n } }],
  ];
  for (const [name, change] of faults) {
    it(`is useless with ${name}`, () => {
      assert.notEqual(checkObservation(round, { ...SEEN, ...change }, DAY), undefined);
    });
  }

  it("is useless without a candle in a candle round, and with one in a price round", () => {
    assert.notEqual(checkObservation(round, { price: 1n, observedAt: 1n }, DAY), undefined);
    assert.notEqual(checkObservation(priceRound(1n), SEEN, DAY), undefined);
  });

  it("is useless in a price round unless newer than the reported price", () => {
    assert.equal(checkObservation(priceRound(10n), { price: 1n, observedAt: 11n }, DAY), undefined);
    assert.notEqual(checkObservation(priceRound(10n), { price: 1n, observedAt: 10n }, DAY), undefined);
  });
});

describe("a contradiction", () => {
  const own: Observation = { price: 10_000n, observedAt: 1n };

  it("begins beyond the spread, on both sides", () => {
    assert.equal(contradicts({ ...own, price: 10_500n }, own, 500n), false);
    assert.equal(contradicts({ ...own, price: 10_501n }, own, 500n), true);
    assert.equal(contradicts({ ...own, price: 9_500n }, own, 500n), false);
    assert.equal(contradicts({ ...own, price: 9_499n }, own, 500n), true);
  });

  it("is found in any price of the candle", () => {
    for (const field of ["open", "high", "low", "close"] as const) {
      const outcome = { ...SEEN, candle: { ...CANDLE, [field]: 2n * CANDLE[field] } };
      assert.equal(contradicts(outcome, SEEN, 500n), true, field);
    }
  });
});
