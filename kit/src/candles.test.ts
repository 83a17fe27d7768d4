import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  checkCandle,
  isSameCandle,
  parseCandlesCsv,
  parsePeriod,
  parsePrice,
  parseTime,
  priceText,
} from "./candles.ts";
import { InputError } from "./errors.ts";

const DAY = 86_400;
const HEADER = "date,open,high,low,close,volume";
const parse = (...lines: string[]) => parseCandlesCsv({ text: lines.join("\n"), name: "spx.csv", period: DAY });

describe("parseCandlesCsv", () => {
  it("reads dates and decimal prices into seconds and 1e8 integers", () => {
    assert.deepEqual(parse(HEADER, "2000-01-03,1469.25,1478,1438.359985,1455.219971,931800000", ""), [
      {
        start: 946_857_600n,
        end: 946_944_000n,
        open: 146_925_000_000n,
        high: 147_800_000_000n,
        low: 143_835_998_500n,
        close: 145_521_997_100n,
      },
    ]);
  });

  it("takes columns in any order and case, quotes, CRLF, a byte order mark and no volume", () => {
    const text = '\uFEFFClose,"Low",High,Open,Note,Time\r\n2,1,4,"3","a, b",1577836800\r\n';
    const [candle] = parseCandlesCsv({ text, name: "x.csv", period: 3_600 });
    assert.deepEqual(candle, {
      start: 1_577_836_800n,
      end: 1_577_840_400n,
      open: 300_000_000n,
      high: 400_000_000n,
      low: 100_000_000n,
      close: 200_000_000n,
    });
  });

  it("turns a file around whose newest row comes first, and skips a credit above the header", () => {
    const rows = ["2019-10-17 01-PM,4,5,3,4", "2019-10-17 12-PM,3,4,2,3", "2019-10-17 11-AM,2,3,1,2"];
    const text = ["Times are UTC, https://example.com", "Date,Open,High,Low,Close", ...rows, ""].join("\n");
    const candles = parseCandlesCsv({ text, name: "x.csv", period: 3_600 });
    assert.deepEqual(
      candles.map(({ start, close }) => [new Date(Number(start) * 1000).toISOString().slice(11, 13), close]),
      [
        ["11", 200_000_000n],
        ["12", 300_000_000n],
        ["13", 400_000_000n],
      ],
    );
  });

  it("reads the times of any usual name, the first it knows when there are two", () => {
    for (const column of ["time", "Date", "timestamp", "DateTime", "unix"]) {
      const [candle] = parse(`symbol,${column},open,high,low,close`, "SPX,946857600000,2,3,1,2");
      assert.equal(candle?.start, 946_857_600n, column);
    }
    const [candle] = parse("unix,date,open,high,low,close", "1,2000-01-03 00:00:00,2,3,1,2");
    assert.equal(candle?.start, 946_857_600n);
  });

  const good = "2000-01-03,2,3,1,2,0";
  const bad: [what: string, lines: string[], message: string][] = [
    [
      "a missing column",
      ["date,open,high,close", "2000-01-03,2,3,2"],
      'spx.csv has no column "low" (line 1 has "date,open,high,close"): name the columns time or date, open, high, low, close.',
    ],
    [
      "no header",
      [""],
      'spx.csv has no column "time" or "date" or "timestamp" or "datetime" or "unix" (line 1 has ""): name the columns time or date, open, high, low, close.',
    ],
    ["no rows", [HEADER, ""], "spx.csv has no rows: give a CSV with one candle a line."],
    [
      "unsorted times",
      [HEADER, good, "2000-01-02,2,3,1,2,0", "2000-01-04,2,3,1,2,0"],
      "spx.csv, line 3: time 2000-01-02T00:00:00Z comes after 2000-01-03T00:00:00Z: sort the rows, oldest first.",
    ],
    [
      "a duplicate time",
      [HEADER, good, "", good],
      "spx.csv, line 4: time 2000-01-03T00:00:00Z appears twice: remove one of the rows.",
    ],
    [
      "candles closer than the period",
      [HEADER, good, "2000-01-03T01:00:00Z,2,3,1,2,0"],
      "spx.csv, line 3: time 2000-01-03T01:00:00Z lies inside the candle before it, which ends at 2000-01-04T00:00:00Z: check the period.",
    ],
    [
      "rows in no order, though the last is older than the first",
      [HEADER, "2000-01-05,2,3,1,2,0", good, "2000-01-04,2,3,1,2,0", "2000-01-02,2,3,1,2,0"],
      "spx.csv, line 3: time 2000-01-03T00:00:00Z comes after 2000-01-04T00:00:00Z: sort the rows, oldest first.",
    ],
    [
      "a zero price",
      [HEADER, "2000-01-03,2,3,0,2,0"],
      'spx.csv, line 2: low "0" is not above zero: correct or remove the row.',
    ],
    [
      "a negative price",
      [HEADER, "2000-01-03,2,3,-1.5,2,0"],
      'spx.csv, line 2: low "-1.5" is not above zero: correct or remove the row.',
    ],
    [
      "high below low",
      [HEADER, "2000-01-03,2,1,3,2,0"],
      "spx.csv, line 2: high 1 is below low 3: correct or remove the row.",
    ],
    [
      "an open outside the range",
      [HEADER, "2000-01-03,9.5,3,1,2,0"],
      "spx.csv, line 2: open 9.5 is outside 1 … 3: correct or remove the row.",
    ],
    [
      "a close outside the range",
      [HEADER, "2000-01-03,2,3,1,0.5,0"],
      "spx.csv, line 2: close 0.5 is outside 1 … 3: correct or remove the row.",
    ],
    [
      "a price that is no number",
      [HEADER, "2000-01-03,2,3,1,n/a,0"],
      'spx.csv, line 2: close "n/a" is not a price: use a plain decimal number such as 1416.6.',
    ],
    [
      "a short row",
      [HEADER, "2000-01-03,2,3,1"],
      'spx.csv, line 2: close "" is not a price: use a plain decimal number such as 1416.6.',
    ],
    [
      "a time that is none",
      [HEADER, "2000-02-30,2,3,1,2,0"],
      'spx.csv, line 2: time "2000-02-30" is not one: use YYYY-MM-DD, ISO 8601 or unix seconds.',
    ],
  ];
  for (const [what, lines, message] of bad) {
    it(`refuses ${what} in one sentence`, () => {
      assert.throws(
        () => parse(...lines),
        (error) => {
          assert.ok(error instanceof InputError);
          assert.equal(error.message, message);
          return true;
        },
      );
    });
  }
});

describe("times", () => {
  const times: [string, bigint | undefined][] = [
    ["2020-01-01", 1_577_836_800n],
    ["2020-01-01 05:00:00", 1_577_854_800n],
    ["2020-01-01T05:00Z", 1_577_854_800n],
    ["2020-01-01T05:00:00+05:00", 1_577_836_800n],
    ["1577836800", 1_577_836_800n],
    ["1577836800000", 1_577_836_800n],
    ["1577836800.0", 1_577_836_800n],
    ["2020-01-01 00:00:00+00:00", 1_577_836_800n],
    ["2020-01-01 00:00:00 UTC", 1_577_836_800n],
    ["2020-01-01 12-AM", 1_577_836_800n],
    ["2020-01-01 12-PM", 1_577_880_000n],
    ["2020-01-01 13-PM", undefined],
    ["1577836800.5", undefined],
    ["1577836800500", undefined], // half a second
    ["2020-13-01", undefined],
    ["2021-02-29", undefined],
    ["01/02/2020", undefined],
    ["yesterday", undefined],
    ["", undefined],
  ];
  for (const [text, expected] of times) {
    it(`"${text}" is ${expected ?? "not one"}`, () => assert.equal(parseTime(text), expected));
  }
});

describe("periods", () => {
  it("are whole days, hours or minutes", () => {
    assert.deepEqual(["1d", "4h", "15m"].map(parsePeriod), [86_400, 14_400, 900]);
    for (const text of ["0d", "1w", "d", "1.5h", "-1d", "1d2h", ""]) assert.equal(parsePeriod(text), undefined, text);
  });
});

describe("prices", () => {
  const prices: [string, bigint | undefined][] = [
    ["1416.6", 141_660_000_000n],
    ["0.00000001", 1n],
    ["0.000000005", 1n],
    ["0.0000000049999", 0n],
    ["7", 700_000_000n],
    ["7.", 700_000_000n],
    ["-2.5", -250_000_000n],
    ["1e3", undefined],
    ["1,5", undefined],
    [".", undefined],
    ["Infinity", undefined],
  ];
  for (const [text, expected] of prices) {
    it(`"${text}" is ${expected ?? "not one"}`, () => assert.equal(parsePrice(text), expected));
  }

  it("print without trailing zeros and parse back", () => {
    for (const text of ["1416.6", "0.00000001", "3386.149902", "1000", "-0.5"]) {
      assert.equal(priceText(parsePrice(text) ?? 0n), text);
    }
  });
});

describe("checkCandle", () => {
  const candle = { start: 0n, end: 60n, open: 2n, high: 3n, low: 1n, close: 2n };

  it("has nothing against a good candle, a flat one included", () => {
    assert.equal(checkCandle(candle), undefined);
    assert.equal(checkCandle({ ...candle, open: 1n, high: 1n, close: 1n }), undefined);
  });

  it("names what PriceBook would refuse", () => {
    assert.match(checkCandle({ ...candle, end: 0n }) ?? "", /start 0 is not before end 0/);
    assert.match(checkCandle({ ...candle, low: 0n }) ?? "", /low 0 is not above zero/);
    assert.match(checkCandle({ ...candle, high: 2n ** 104n }) ?? "", /too large/);
    assert.match(checkCandle({ ...candle, end: 2n ** 48n }) ?? "", /end 281474976710656/);
  });
});

describe("isSameCandle", () => {
  const candle = { start: 1n, end: 2n, open: 3n, high: 4n, low: 5n, close: 6n };

  it("looks at every field", () => {
    assert.ok(isSameCandle(candle, { ...candle }));
    for (const field of ["start", "end", "open", "high", "low", "close"] as const) {
      assert.ok(!isSameCandle(candle, { ...candle, [field]: 9n }), field);
    }
  });
});
