import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { InputError } from "@aibot/kit/errors";
import ccxt, { type Exchange } from "ccxt";
import { until } from "../local-network.ts";
import { createCcxtSource, openCcxt } from "./ccxt.ts";
import type { Fault, LocalBitstamp, OhlcRow } from "./local-bitstamp.ts";
import { startBitstamp } from "./local-bitstamp.ts";
import type { Source, SourceFault } from "./source.ts";
import { SourceError } from "./source.ts";

const HOUR = 3_600;
const START = 1_700_000_000 - (1_700_000_000 % HOUR);
const NOW = START + 3 * HOUR + 1_800; // the fourth candle is still open
const TIMEOUT_MS = 500;

/** What the exchange tells of an hour, and what has to come out of it. */
const told = (hour: number): OhlcRow => ({
  timestamp: String(START + hour * HOUR),
  open: "37000.1",
  high: "37100.12345678",
  low: "36900",
  close: `3700${hour}.00000001`,
  volume: "1.5",
});
const at = (hour: number) => ({
  start: BigInt(START + hour * HOUR),
  end: BigInt(START + (hour + 1) * HOUR),
  open: 3_700_010_000_000n,
  high: 3_710_012_345_678n,
  low: 3_690_000_000_000n,
  close: 3_700_000_000_001n + BigInt(hour) * 100_000_000n,
});
const rows = (...hours: number[]): OhlcRow[] => hours.map(told);

describe("an exchange through ccxt", { timeout: 120_000 }, () => {
  const { signal } = new AbortController();
  let bitstamp: LocalBitstamp;
  let exchange: Exchange;
  let source: Source;

  const open = async (): Promise<void> => {
    const urls = { api: { public: bitstamp.api, private: bitstamp.api } };
    const options = { number: String, urls, timeout: TIMEOUT_MS, rateLimit: 1 };
    exchange = new ccxt.bitstamp(options) as unknown as Exchange;
    await exchange.loadMarkets();
    source = createCcxtSource({ exchange, symbol: "BTC/USD", period: HOUR });
    bitstamp.asked.length = 0;
  };
  before(async () => {
    bitstamp = await startBitstamp();
  });
  const calm = async (): Promise<void> => {
    bitstamp.setTime(NOW);
    bitstamp.setRows(rows(0, 1, 2, 3));
    await open();
  };
  before(calm);
  afterEach(calm);
  after(() => bitstamp.stop());

  const candles = (since = 0, limit = 10) => source.candles({ since: BigInt(START + since * HOUR), limit, signal });
  const refusal = async (question: Promise<unknown>): Promise<SourceFault | undefined> => {
    const error = await question.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof SourceError, String(error));
    return error.fault;
  };

  it("gives closed candles to the last decimal, and never the open one", async () => {
    assert.deepEqual(await candles(), [at(0), at(1), at(2)]);
    assert.deepEqual(await candles(3), []);
  });

  it("gives no candle before the time and no more than wanted", async () => {
    assert.deepEqual(await candles(1, 1), [at(1)]);
  });

  it("gives price and time of the last trade", async () => {
    assert.deepEqual(await source.ticker(signal), { price: 3_700_300_000_001n, time: BigInt(NOW) });
  });

  it("asks only what it needs", async () => {
    await candles();
    await source.ticker(signal);
    assert.deepEqual(bitstamp.asked, ["ticker", "ohlc", "ticker"]);
  });

  it("tells of a change at once, and ends when stopped", async () => {
    const stop = new AbortController();
    const changes = source.changes(stop.signal)[Symbol.asyncIterator]();
    assert.equal((await changes.next()).done, false);
    stop.abort();
    assert.equal((await changes.next()).done, true);
  });

  it("takes a candle for closed only if it was when it was asked for", async () => {
    bitstamp.setTime(START + 3 * HOUR - 1);
    // The third candle is still open when the answer is made, and the clock strikes before it has arrived.
    bitstamp.failNext("ohlc", (_, content) => {
      const answer = content();
      bitstamp.setTime(START + 3 * HOUR);
      return answer;
    });
    assert.deepEqual(await candles(), [at(0), at(1)]);
    assert.deepEqual(await candles(), [at(0), at(1), at(2)]);
  });

  it("does not believe an exchange's clock that is ahead of its own", async () => {
    const now = Math.floor(Date.now() / 1_000);
    const start = now - (now % HOUR);
    bitstamp.setTime(now + 2 * HOUR);
    bitstamp.setRows([-1, 0, 1].map((hour) => ({ ...told(0), timestamp: String(start + hour * HOUR) })));
    const found = await source.candles({ since: BigInt(start - HOUR), limit: 10, signal });
    assert.deepEqual(
      found.map((candle) => Number(candle.start)),
      [start - HOUR],
    );
  });

  it("puts candles in order and takes one that comes twice once", async () => {
    bitstamp.setRows(rows(2, 3, 0, 1));
    assert.deepEqual(await candles(), [at(0), at(1), at(2)]);
    bitstamp.setRows(rows(0, 0, 1, 2, 1, 3));
    assert.deepEqual(await candles(), [at(0), at(1), at(2)]);
  });

  it("waits for a candle that is missing, and gives it when it is there", async () => {
    bitstamp.setRows(rows(0, 2, 3));
    assert.deepEqual(await candles(), [at(0)]);
    assert.equal(await refusal(candles(1)), "gap");
    bitstamp.setRows(rows(0, 1, 2, 3));
    assert.deepEqual(await candles(1), [at(1), at(2)]);
  });

  it("goes on behind a gap that has lasted for a period, however long it is, and invents nothing", async () => {
    bitstamp.setRows(rows(0, 8, 9));
    bitstamp.setTime(START + 10 * HOUR - 1);
    assert.equal(await refusal(candles(1, 2)), "gap");
    bitstamp.setTime(START + 10 * HOUR);
    assert.deepEqual(
      (await candles(1, 2)).map(({ start }) => Number(start)),
      [START + 8 * HOUR, START + 9 * HOUR],
    );
  });

  const wrongCandles: [name: string, row: OhlcRow][] = [
    ["that is none", { ...told(1), high: "1" }],
    ["without a price", { ...told(1), close: "" }],
    ["with a price that is none", { ...told(1), low: "-5" }],
    ["that is another one of the same time", { ...told(0), close: "37050" }],
  ];
  for (const [name, row] of wrongCandles) {
    it(`refuses a candle ${name}, and everything beside it`, async () => {
      bitstamp.setRows([told(0), row, ...rows(2, 3)]);
      assert.equal(await refusal(candles()), "false");
    });
  }

  const json =
    (status: number, headers: Record<string, string> = {}): Fault =>
    (response) =>
      void response.writeHead(status, headers).end('{"error":"not now"}');
  const faults: [name: string, fault: Fault, reason: SourceFault][] = [
    ["a server error", json(500), "failing"],
    ["a bad gateway in HTML", (response) => void response.writeHead(502).end("<html>bad gateway</html>"), "failing"],
    ["maintenance", json(503), "failing"],
    [
      "JSON that is cut off",
      (response, content) => void response.end(JSON.stringify(content()).slice(0, -9)),
      "unreadable",
    ],
    ["a page instead of an answer", (response) => void response.end("<html>hello</html>"), "unreadable"],
    ["nothing", (response) => void response.end(), "unreadable"],
    ["no answer in time", () => undefined, "timeout"],
    ["a connection that breaks", (response) => void response.destroy(), "unreachable"],
    [
      "a connection that breaks halfway",
      (response) => {
        response.writeHead(200, { "content-length": "5000" }).write('{"data":');
        setTimeout(() => response.destroy(), 20);
      },
      "unreachable",
    ],
  ];
  for (const question of ["ohlc", "ticker"] as const) {
    for (const [name, fault, reason] of faults) {
      it(`gives no candle and counts ${name} as ${reason}, asked for ${question}, and goes on after it`, async () => {
        bitstamp.failNext(question, fault);
        assert.equal(await refusal(candles()), reason);
        assert.deepEqual(await candles(), [at(0), at(1), at(2)]);
      });
    }
  }

  it("leaves an exchange alone for as long as it asks", async () => {
    bitstamp.failNext("ohlc", json(429, { "retry-after": "1" }));
    assert.equal(await refusal(candles()), "rate limited");
    const asked = bitstamp.asked.length;
    assert.equal(await refusal(candles()), "rate limited");
    assert.equal(await refusal(source.ticker(signal)), "rate limited");
    assert.equal(bitstamp.asked.length, asked, "it was not asked meanwhile");
    await until("it may be asked again", async () => {
      try {
        assert.deepEqual(await candles(), [at(0), at(1), at(2)]);
        return true;
      } catch (error) {
        assert.equal((error as SourceError).fault, "rate limited");
        return false;
      }
    });
  });

  for (const header of ["a while", new Date(Date.now() + 3_600_000).toUTCString(), undefined]) {
    it(`leaves it alone when it asks with Retry-After: ${header === undefined ? "absent" : header.slice(0, 7)}`, async () => {
      bitstamp.failNext("ticker", json(429, header === undefined ? {} : { "retry-after": header }));
      assert.equal(await refusal(candles()), "rate limited");
      assert.equal(await refusal(candles()), "rate limited");
      assert.deepEqual(bitstamp.asked, ["ticker"]);
    });
  }

  it("refuses an unknown symbol and a period it has no candles of, with a sentence", () => {
    assert.throws(() => createCcxtSource({ exchange, symbol: "NO/NE", period: HOUR }), InputError);
    assert.throws(() => createCcxtSource({ exchange, symbol: "BTC/USD", period: 61 }), InputError);
  });

  it("refuses an unknown exchange with a sentence", async () => {
    await assert.rejects(openCcxt({ exchange: "nowhere", symbol: "BTC/USD", period: HOUR }), InputError);
  });
});
