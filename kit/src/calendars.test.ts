import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { calendarOf, halfLives, horizonOf, maxGap, periodsPerYear } from "./calendars.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;

const candlesOf = (...days: string[]) =>
  days.map((day) => {
    const start = BigInt(Date.parse(day) / 1000);
    return { start, end: start + BigInt(DAY), open: 2n, high: 3n, low: 1n, close: 2n };
  });

describe("the calendar of a market", () => {
  it("is one of sessions until a candle starts on a weekend, UTC", () => {
    assert.equal(calendarOf(candlesOf("2020-01-02", "2020-01-03", "2020-01-06")), "sessions");
    assert.equal(calendarOf(candlesOf("2020-01-03", "2020-01-04")), "continuous"); // a Saturday
    assert.equal(calendarOf(candlesOf("2020-01-05T21:00Z")), "continuous"); // a Sunday evening
  });

  it("gives a year's periods, and the gap that stops publishing", () => {
    const table: [period: number, calendar: "sessions" | "continuous", periods: number, gap: number][] = [
      [DAY, "sessions", 252, 8 * DAY],
      [HOUR, "sessions", 1_638, 8 * DAY], // of six and a half hours
      [DAY, "continuous", 365, 2 * DAY],
      [HOUR, "continuous", 8_760, 2 * HOUR],
    ];
    for (const [period, calendar, periods, gap] of table) {
      assert.equal(periodsPerYear({ period, calendar }), periods);
      assert.equal(maxGap({ period, calendar }), gap);
    }
  });
});

describe("features and signals", () => {
  it("remember days on daily candles and hours on shorter ones, whatever their length", () => {
    assert.deepEqual(halfLives(DAY), [1.5, 4, 12, 40, 2, 10]);
    assert.deepEqual(halfLives(HOUR), [3, 24, 120, 720, 12, 120]);
    assert.deepEqual(halfLives(HOUR / 2), [6, 48, 240, 1_440, 24, 240]);
  });

  it("look a trading week ahead, or twenty-four shorter candles", () => {
    assert.deepEqual([DAY, 2 * DAY, HOUR, 900].map(horizonOf), [5, 5, 24, 24]);
  });
});
