import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { loadMarket } from "./market.ts";

const folder = mkdtempSync(join(tmpdir(), "market-"));
after(() => rmSync(folder, { recursive: true }));

const csv = (name: string, starts: string[]) => {
  const path = join(folder, name);
  writeFileSync(path, ["date,open,high,low,close", ...starts.map((start) => `${start},10,12,9,11`)].join("\n"));
  return { kind: "csv", path } as const;
};
const days = (from: string, count: number, keep: (day: Date) => boolean = () => true) => {
  const starts: string[] = [];
  for (let time = Date.parse(from); starts.length < count; time += 86_400_000) {
    if (keep(new Date(time))) starts.push(new Date(time).toISOString().slice(0, 10));
  }
  return starts;
};

describe("the default market", () => {
  const spx = loadMarket({ data: { kind: "default" }, period: 86_400, from: undefined, minHistory: 160 });

  it("plays 3,346 sessions from 2007-01-03 to 2020-04-17", () => {
    const played = spx.candles.slice(spx.first);

    assert.equal(played.length, 3346);
    assert.equal(played[0]?.start, 1_167_782_400n);
    assert.equal(played.at(-1)?.start, 1_587_081_600n);
  });

  it("has no period but the day", () => {
    assert.throws(() => loadMarket({ data: { kind: "default" }, period: 3600, from: undefined, minHistory: 160 }), {
      name: "InputError",
      message: /--period goes with --data/,
    });
  });
});

describe("a market from a file", () => {
  it("tells a market that closes at weekends from one that never does", () => {
    const working = (day: Date) => day.getUTCDay() % 6 !== 0;
    const weekly = csv("weekly.csv", days("2020-01-01", 30, working));
    const always = csv("always.csv", days("2020-01-01", 30));
    const load = (data: typeof weekly) => loadMarket({ data, period: 86_400, from: undefined, minHistory: 10 });

    assert.equal(load(weekly).market.calendar, "sessions");
    assert.equal(load(always).market.calendar, "continuous");
  });

  it("names the market after the file and begins after two fifths of it", () => {
    const { market, first } = loadMarket({
      data: csv("btc_usd-1d.csv", days("2020-01-01", 50)),
      period: 86_400,
      from: undefined,
      minHistory: 10,
    });

    assert.equal(market.symbol, "BTCUSD1D");
    assert.equal(first, 20);
  });

  it("refuses a file too short, a --from too early and one too late in a sentence", () => {
    const data = csv("short.csv", days("2020-01-01", 50));
    const load = (from: string | undefined, minHistory: number) => () =>
      loadMarket({ data, period: 86_400, from: from ? BigInt(Date.parse(from) / 1000) : undefined, minHistory });

    assert.throws(load(undefined, 50), { message: /short\.csv has 50 candles.*need 50/ });
    assert.throws(load("2020-01-05", 10), {
      message: /--from 2020-01-05 leaves only 4 candles.*2020-01-11 to 2020-02-19/,
    });
    assert.throws(load("2021-01-01", 10), { message: /leaves nothing to replay/ });
  });

  it("refuses a file that is not there", () => {
    const data = { kind: "csv", path: join(folder, "none.csv") } as const;

    assert.throws(() => loadMarket({ data, period: 86_400, from: undefined, minHistory: 10 }), {
      name: "InputError",
      message: /none\.csv cannot be read \(does not exist\)/,
    });
  });
});
