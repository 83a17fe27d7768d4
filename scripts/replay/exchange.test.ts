import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createExchange } from "./exchange.ts";
import { createHolds, type Holds, maxHoldSeconds } from "./holds.ts";

const day = 86_400n;
const candles = Array.from({ length: 5 }, (_, index) => {
  const start = BigInt(index) * day;
  return {
    start,
    end: start + day,
    open: 10_050_000_000n,
    high: 11_000_000_000n,
    low: 9_000_000_000n,
    close: 10_000_000_001n,
  };
});

let now = 0;
let playing: Promise<void> = Promise.resolve();
let holds: Holds;
let exchange: ReturnType<typeof createExchange>;
let url: string;

before(async () => {
  holds = createHolds(
    () => now,
    () => undefined,
  );
  exchange = createExchange({
    ...{ candles, released: 2, holds },
    status: () => ({ held: holds.active() }),
    settled: () => playing,
  });
  exchange.server.listen(0, "127.0.0.1");
  await once(exchange.server, "listening");
  url = `http://127.0.0.1:${(exchange.server.address() as AddressInfo).port}`;
});
after(() => exchange.close());

const get = async (path: string) => (await fetch(url + path)).json();

describe("the replay's exchange", () => {
  it("knows closed candles only, prices as exact decimals", async () => {
    assert.deepEqual(await get("/candles?since=0&limit=9"), [
      [0, "100.5", "110", "90", "100.00000001"],
      [86_400, "100.5", "110", "90", "100.00000001"],
    ]);
    assert.deepEqual(await get("/ticker"), { price: "100.00000001", time: 172_800 });
  });

  it("answers from `since` on, as many as asked", async () => {
    assert.deepEqual(
      ((await get("/candles?since=1&limit=9")) as number[][]).map(([start]) => start),
      [86_400],
    );
    assert.equal(((await get("/candles?since=0&limit=1")) as number[][]).length, 1);
    assert.deepEqual(await get("/candles?since=172800&limit=9"), []);
  });

  it("tells listeners when a candle closes, and what is newest when they come", async () => {
    const abort = new AbortController();
    const response = await fetch(`${url}/events`, { signal: abort.signal });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const read = async () => new TextDecoder().decode((await reader.read()).value);

    assert.equal(await read(), "data: 172800\n\n");
    exchange.release();
    assert.equal(await read(), "data: 259200\n\n");
    abort.abort();
  });

  it("holds time for the app, and no longer than two minutes", async () => {
    const hold = (body: string) => fetch(`${url}/hold`, { method: "POST", body });
    assert.deepEqual(await (await hold('{"id":"a","seconds":9999}')).json(), { held: true });

    now += maxHoldSeconds * 1000 + 1;

    assert.deepEqual(await get("/status"), { held: false });
    await hold('{"id":"b","seconds":10}');
    assert.deepEqual(await (await fetch(`${url}/hold?id=b`, { method: "DELETE" })).json(), { held: false });
  });

  it("grants a hold when the session under way is settled, so that whoever asked meets a price", async () => {
    let settle = () => {};
    playing = new Promise((resolve) => {
      settle = resolve;
    });
    let isGranted = false;
    const granted = fetch(`${url}/hold`, { method: "POST", body: '{"id":"c","seconds":10}' }).then(() => {
      isGranted = true;
    });
    while (!holds.active()) await sleep(5);
    await get("/status");
    assert.equal(isGranted, false);

    settle();
    await granted;
    await fetch(`${url}/hold?id=c`, { method: "DELETE" });
  });

  it("refuses what it does not understand", async () => {
    assert.equal((await fetch(`${url}/hold`, { method: "POST", body: "not json" })).status, 400);
    assert.equal((await fetch(`${url}/hold`, { method: "POST", body: `"${"x".repeat(2000)}"` })).status, 400);
    assert.equal((await fetch(`${url}/candles?since=soon`)).status, 400);
    assert.equal((await fetch(`${url}/orders`)).status, 404);
  });
});
