import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import type { Candle } from "@aibot/kit/candles";
import { InputError } from "@aibot/kit/errors";
import type { LocalExchange } from "./local-exchange.ts";
import { startExchange } from "./local-exchange.ts";
import { openSource } from "./open.ts";
import type { Source } from "./source.ts";

const DAY = 86_400;
const candle = (day: number, close: bigint): Candle => ({
  start: BigInt(day * DAY),
  end: BigInt((day + 1) * DAY),
  open: 141_660_000_000n,
  high: 142_986_000_000n,
  low: 140_783_007_812n,
  close,
});

describe("the replay as a source", () => {
  const stop = new AbortController();
  const { signal } = stop;
  let exchange: LocalExchange;
  let source: Source;

  before(async () => {
    exchange = await startExchange({ price: 100_000_000n, time: 1n });
    source = await openSource(`replay:${exchange.url}`, DAY, signal);
    for (const day of [1, 2, 4]) exchange.close(candle(day, 141_659_997_559n + BigInt(day)));
  });
  after(async () => {
    stop.abort();
    await exchange.stop();
  });

  it("gives closed candles exactly, oldest first, from a time on and no more than wanted", async () => {
    const all = await source.candles({ since: 0n, limit: 10, signal });
    assert.deepEqual(all, [candle(1, 141_659_997_560n), candle(2, 141_659_997_561n), candle(4, 141_659_997_563n)]);
    const some = await source.candles({ since: BigInt(DAY + 1), limit: 1, signal });
    assert.deepEqual(some, [candle(2, 141_659_997_561n)]);
  });

  it("gives price and time of the last trade", async () => {
    assert.deepEqual(await source.ticker(signal), { price: 141_659_997_563n, time: BigInt(5 * DAY) });
  });

  it("tells of changes at once, after each candle, and after a lost connection", { timeout: 5_000 }, async () => {
    const changes = source.changes(signal)[Symbol.asyncIterator]();
    await changes.next();
    exchange.close(candle(5, 141_000_000_000n));
    await changes.next();
    exchange.dropEvents();
    await changes.next(); // lost
    await changes.next(); // there again
    exchange.close(candle(6, 141_000_000_000n));
    await changes.next();
  });
});

describe("a replay that does not work", () => {
  const { signal } = new AbortController();

  const serve = async (status: number, body: string): Promise<{ url: string; stop: () => void }> => {
    const server = createServer((_, response) => response.writeHead(status).end(body));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const stop = (): void => {
      server.closeAllConnections();
      server.close();
    };
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
  };

  it("is a sentence when nobody is there", async () => {
    const opened = openSource("replay:http://127.0.0.1:1", DAY, signal);
    await assert.rejects(opened, (error) => error instanceof InputError && /cannot be reached/.test(error.message));
  });

  it("is a sentence when the address is none", async () => {
    await assert.rejects(openSource("replay:8600", DAY, signal), InputError);
  });

  const answers: [name: string, status: number, body: string][] = [
    ["fails", 500, "{}"],
    ["answers in another form", 200, '{"price":1416.6,"time":1}'],
    ["gives a price that is none", 200, '{"price":"-1","time":1}'],
  ];
  for (const [name, status, body] of answers) {
    it(`is a sentence when it ${name}`, async () => {
      const { url, stop } = await serve(status, body);
      const opened = openSource(`replay:${url}`, DAY, signal);
      await assert.rejects(opened, (error) => error instanceof InputError && /does not work/.test(error.message));
      stop();
    });
  }
});

describe("the SOURCE setting", () => {
  for (const setting of ["", "binance", "csv:/tmp/x", "ccxt:kraken"]) {
    it(`refuses "${setting}" with a sentence`, async () => {
      await assert.rejects(openSource(setting, DAY, new AbortController().signal), InputError);
    });
  }
});
