import assert from "node:assert/strict";
import { test } from "node:test";
import { type LocalMarket, localParams } from "./local-params.ts";

const DAY = 86_400;
const spx: LocalMarket = { symbol: "SPX", label: "S&P 500", origin: "a file", period: DAY, calendar: "sessions" };
const btc: LocalMarket = { symbol: "BTC", label: "Bitcoin", origin: "kraken", period: 3600, calendar: "continuous" };

const paramsOf = (market: LocalMarket) => localParams({ chainId: 31_337, market, price: "1418.3" });

test("daily sessions: 252 a year, a gap of eight days, ages of six", () => {
  const { market, mandate, vault } = paramsOf(spx);

  assert.equal(market.id, "SPX/USD");
  assert.equal(market.feed, "SPX/USD vol");
  assert.equal(market.periodsPerYear, 252);
  assert.equal(market.maxGap, 8 * DAY);
  assert.equal(mandate.maxSignalAge, 6 * DAY);
  assert.deepEqual(market.halfLives, [1.5, 4, 12, 40, 2, 10]);
  assert.equal(vault.position.symbol, "SPX");
});

test("a label too long for a token's name gives way to the symbol", () => {
  const { vault } = paramsOf({ ...btc, symbol: "GYMTRADINGEN", label: "gym-trading-env_BTC_USD-Hourly.csv" });

  assert.equal(vault.name, "GYMTRADINGEN at 10 % volatility");
  assert.equal(vault.position.name, "Demo GYMTRADINGEN");
  assert.equal(paramsOf(spx).vault.name, "S&P 500 at 10 % volatility");
});

test("hours of a market that never closes: 8,760 a year, a gap of two, half-lives to a month", () => {
  const { market, mandate } = paramsOf(btc);

  assert.equal(market.periodsPerYear, 8_760);
  assert.equal(market.maxGap, 7_200);
  assert.equal(mandate.maxPriceAge, 7_200);
  assert.deepEqual(market.halfLives, [3, 24, 120, 720, 12, 120]);
});

test("half-lives within the day are hours whatever the period", () => {
  assert.deepEqual(paramsOf({ ...btc, period: 4 * 3600 }).market.halfLives, [0.75, 6, 30, 180, 3, 30]);
});

test("days of a market that never closes: 365 a year", () => {
  assert.equal(paramsOf({ ...btc, period: DAY }).market.periodsPerYear, 365);
});

test("a session has six and a half hours of candles", () => {
  assert.equal(paramsOf({ ...spx, period: 1800 }).market.periodsPerYear, 252 * 13);
});

test("a period the chain cannot count in a year is refused", () => {
  assert.throws(() => paramsOf({ ...btc, period: 300 }), /market\.period is too short: the shortest period is 900/);
});
