import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Row } from "./closed-candles.ts";
import { closedCandles } from "./closed-candles.ts";
import { SourceError } from "./source.ts";

const HOUR = 3_600n;
const START = 1_700_000_400n - (1_700_000_400n % HOUR);
const at = (hour: number | bigint): bigint => START + BigInt(hour) * HOUR;
const row = (hour: number, close = "105"): Row => [at(hour), "100", "110", "90", close];

const hours = (rows: Row[], now: bigint, since = at(0)): number[] =>
  closedCandles({ name: "test", rows, since, now, period: Number(HOUR) }).map(({ start }) =>
    Number((start - START) / HOUR),
  );

const refused = (rows: Row[], now = at(9)): string => {
  try {
    hours(rows, now);
    return "accepted";
  } catch (error) {
    assert.ok(error instanceof SourceError);
    return error.fault;
  }
};

describe("of an exchange's rows", () => {
  it("a candle counts from the second it ends on", () => {
    assert.deepEqual(hours([row(0)], at(1) - 1n), []);
    assert.deepEqual(hours([row(0)], at(1)), [0]);
  });

  it("the order does not matter", () => {
    assert.deepEqual(hours([row(2), row(0), row(1)], at(3)), [0, 1, 2]);
  });

  it("one twice is one, and two of one time are none", () => {
    assert.deepEqual(hours([row(0), row(1), row(0), row(1)], at(2)), [0, 1]);
    assert.equal(refused([row(0), row(1), row(0, "106")]), "false");
  });

  it("those that overlap are none", () => {
    assert.equal(refused([row(0), [at(0) + 1_800n, "100", "110", "90", "105"]]), "false");
  });

  it("what is no candle is none", () => {
    assert.equal(refused([[at(0), "100", "99", "90", "95"]]), "false");
    assert.equal(refused([[at(0), "100", "110", "90", "0"]]), "false");
    assert.equal(refused([[at(0), "100", "110", "90", "NaN"]]), "false");
  });

  it("what is behind a gap waits for a whole period, to the second", () => {
    const rows = [row(0), row(2)];
    assert.deepEqual(hours(rows, at(4) - 1n), [0]);
    assert.deepEqual(hours(rows, at(4)), [0, 2]);
    assert.deepEqual(hours([row(1)], at(2)), []); // the first is missing
    assert.deepEqual(hours([row(1)], at(3)), [1]);
  });

  it("the first ever has no gap before it", () => {
    assert.deepEqual(hours([row(5)], at(6), 0n), [5]);
  });

  it("a time between two candles has no gap behind it", () => {
    assert.deepEqual(hours([row(1)], at(2), at(0) + 1n), [1]);
  });

  it("older ones than wanted are left out", () => {
    assert.deepEqual(hours([row(0), row(1)], at(2), at(1)), [1]);
  });
});
