import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { InputError } from "@aibot/kit/errors";
import ccxt, { type Exchange } from "ccxt";
import { createCcxtSource, openCcxt } from "./ccxt.ts";
import type { Source } from "./source.ts";

const HOUR = 3_600;
const START = 1_700_000_000 - (1_700_000_000 % HOUR);
const NOW = START + 3 * HOUR + 1_800; // the fourth candle is still open

/** What Bitstamp answers, as far as it is asked here. */
const answers = (path: string, query: URLSearchParams): unknown => {
  if (path.startsWith("/api/v2/ohlc/")) {
    const since = Number(query.get("start") ?? 0);
    const rows = [0, 1, 2, 3].map((hour) => ({
      timestamp: String(START + hour * HOUR),
      open: "37000.1",
      high: "37100.12345678",
      low: "36900",
      close: `3700${hour}.00000001`,
      volume: "1.5",
    }));
    const ohlc = rows.filter(({ timestamp }) => Number(timestamp) >= since).slice(0, Number(query.get("limit")));
    return { data: { pair: "BTC/USD", ohlc } };
  }
  if (path.startsWith("/api/v2/ticker/")) return { last: "37003.00000001", timestamp: String(NOW) };
  if (path === "/api/v2/markets/") {
    const base = { base_currency: "BTC", base_decimals: 8, counter_currency: "USD", counter_decimals: 0 };
    const pair = { name: "BTC/USD", market_symbol: "btcusd", market_type: "SPOT", trading: "Enabled", ...base };
    return [{ ...pair, minimum_order_value: "10", description: "Bitcoin / U.S. dollar" }];
  }
  return [];
};

describe("an exchange through ccxt", () => {
  const { signal } = new AbortController();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    asked.push(pathname);
    response.setHeader("content-type", "application/json").end(JSON.stringify(answers(pathname, searchParams)));
  });
  let exchange: Exchange;
  let source: Source;

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
    exchange = new ccxt.bitstamp({
      number: String,
      urls: { api: { public: api, private: api } },
    }) as unknown as Exchange;
    await exchange.loadMarkets();
    source = createCcxtSource({ exchange, symbol: "BTC/USD", period: HOUR });
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const at = (hour: number) => ({
    start: BigInt(START + hour * HOUR),
    end: BigInt(START + (hour + 1) * HOUR),
    open: 3_700_010_000_000n,
    high: 3_710_012_345_678n,
    low: 3_690_000_000_000n,
    close: 3_700_000_000_001n + BigInt(hour) * 100_000_000n,
  });

  it("gives closed candles to the last decimal, and never the open one", async () => {
    const all = await source.candles({ since: BigInt(START), limit: 10, signal });
    assert.deepEqual(all, [at(0), at(1), at(2)]);
    assert.deepEqual(await source.candles({ since: BigInt(START + 3 * HOUR), limit: 10, signal }), []);
  });

  it("gives no candle before the time and no more than wanted", async () => {
    assert.deepEqual(await source.candles({ since: BigInt(START + HOUR), limit: 1, signal }), [at(1)]);
  });

  it("gives price and time of the last trade", async () => {
    assert.deepEqual(await source.ticker(signal), { price: 3_700_300_000_001n, time: BigInt(NOW) });
  });

  it("asks only what it needs", () => {
    const kinds = new Set(asked.map((path) => path.split("/")[3]));
    assert.ok(
      [...kinds].every((kind) => ["ohlc", "ticker", "markets"].includes(kind ?? "")),
      [...kinds].join(),
    );
  });

  it("tells of a change at once, and ends when stopped", async () => {
    const stop = new AbortController();
    const changes = source.changes(stop.signal)[Symbol.asyncIterator]();
    assert.equal((await changes.next()).done, false);
    stop.abort();
    assert.equal((await changes.next()).done, true);
  });

  it("refuses an unknown symbol and a period it has no candles of, with a sentence", () => {
    assert.throws(() => createCcxtSource({ exchange, symbol: "NO/NE", period: HOUR }), InputError);
    assert.throws(() => createCcxtSource({ exchange, symbol: "BTC/USD", period: 61 }), InputError);
  });

  it("refuses an unknown exchange with a sentence", async () => {
    await assert.rejects(openCcxt({ exchange: "nowhere", symbol: "BTC/USD", period: HOUR }), InputError);
  });
});
