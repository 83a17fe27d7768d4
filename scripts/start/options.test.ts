import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseOptions } from "./options.ts";

const parse = (line: string) => parseOptions(line === "" ? [] : line.split(" "), "/here");

describe("options of npm start", () => {
  it("defaults to the daily S&P 500 at one period a second", () => {
    const options = parse("");

    assert.deepEqual(options?.data, { kind: "default" });
    assert.equal(options?.period, 86_400);
    assert.equal(options?.speed, 1);
    assert.equal(options?.chains, 1);
    assert.equal(options?.state, "/here/.state");
  });

  it("runs at full speed with --exit unless a speed is given", () => {
    assert.equal(parse("--rounds 3 --exit")?.speed, Number.POSITIVE_INFINITY);
    assert.equal(parse("--rounds 3 --exit --speed 2.5")?.speed, 2.5);
  });

  it("reads a file relative to the caller's folder and an exchange symbol with colons", () => {
    assert.deepEqual(parse("--data a/b.csv")?.data, { kind: "csv", path: "/here/a/b.csv" });
    assert.deepEqual(parse("--data live:okx:BTC/USDT:USDT")?.data, {
      kind: "live",
      exchange: "okx",
      symbol: "BTC/USDT:USDT",
    });
  });

  it("reads dates as midnight UTC and periods as seconds", () => {
    assert.equal(parse("--from 2007-01-03")?.from, 1_167_782_400n);
    assert.equal(parse("--period 4h")?.period, 14_400);
  });

  for (const [line, sentence] of [
    ["--colour", /--colour.*--help/],
    ["--exit", /--exit needs --rounds/],
    ["--rounds 0", /--rounds 0 is out of range.*1 to/],
    ["--rounds many", /--rounds many/],
    ["--period 5s", /--period 5s is not a period/],
    ["--period 5m", /--period 5m is not a period.*15m/],
    ["--from 3.1.2007", /--from 3\.1\.2007 is not a date/],
    ["--speed -1", /--speed/],
    ["--chains 9", /--chains 9.*1 to 8/],
    ["--port 80", /--port 80/],
    ["--rpc localhost:8545", /--rpc localhost:8545 is not a URL/],
    ["--data live:kraken", /live:kraken is incomplete/],
  ] as const) {
    it(`refuses ${line} in one sentence`, () => {
      assert.throws(() => parse(line), { name: "InputError", message: sentence });
    });
  }

  it("asks for help without parsing the rest", () => {
    assert.equal(parse("--help"), undefined);
  });
});
