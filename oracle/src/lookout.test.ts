import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Candle } from "@aibot/kit/candles";
import { createLog } from "@aibot/kit/node/log";
import { until } from "./local-network.ts";
import { createLookout } from "./lookout.ts";
import type { Source } from "./sources/source.ts";
import { SourceError } from "./sources/source.ts";

const DAY = 86_400n;
const candle: Candle = { start: 5n * DAY, end: 6n * DAY, open: 2n, high: 3n, low: 1n, close: 2n };
const price = { price: 200n, time: 6n * DAY };

/** A lookout over a source that answers as told, for a chain that has the candles before day 5. */
const lookAt = (source: Partial<Source>) => {
  const told: string[] = [];
  const stop = new AbortController();
  const lookout = createLookout({
    source: {
      name: "test",
      ticker: async () => price,
      candles: async () => [],
      changes: async function* () {},
      ...source,
    },
    chains: () => [{ candleEnd: 5n * DAY, takenEnd: 5n * DAY, price: 100n, observedAt: 5n * DAY }],
    rules: { heartbeat: DAY, deviationBps: 50n },
    onNeed: async ({ round }) => void told.push(round),
    log: createLog("test", "silent"),
    signal: stop.signal,
  });
  return { lookout, told, stop: () => stop.abort() };
};

const failing = async (): Promise<never> => {
  throw new SourceError("failing", "test is down");
};

describe("a look at the source", { timeout: 60_000 }, () => {
  it("tells the candle that is missing", async () => {
    const { lookout, told } = lookAt({ candles: async () => [candle] });
    await lookout.look();
    assert.deepEqual(told, [`candle:${5n * DAY}`]);
    const { readAt, ticker, failingSince, looks } = lookout.status();
    assert.deepEqual([ticker, failingSince, looks.done, [...looks.failed]], [price, undefined, 1, []]);
    assert.ok(readAt !== undefined);
  });

  it("tells the price alone while candles cannot be read, and counts that", async () => {
    const { lookout, told, stop } = lookAt({ candles: failing });
    await lookout.look();
    stop();
    assert.deepEqual(told.slice(0, 1), [`price:${5n * DAY}`]);
    const { lastFault, failingSince, looks } = lookout.status();
    assert.deepEqual([lastFault, looks.done], ["test is down", 0]);
    assert.ok((looks.failed.get("failing") ?? 0) > 0 && failingSince !== undefined);
  });

  it("tells nothing without a price", async () => {
    const { lookout, told, stop } = lookAt({ ticker: failing, candles: async () => [candle] });
    await lookout.look();
    stop();
    assert.deepEqual(told, []);
  });

  it("is made soon when asked for, also after one was asked for during another", async () => {
    let answer = (): void => {};
    const slow = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { lookout, stop } = lookAt({ ticker: () => slow.then(() => price) });
    let fired = false;
    const looking = lookout.look();
    lookout.lookSoon();
    setTimeout(() => {
      fired = true;
    }, 300); // after the one that was asked for
    await until("its time has come", () => fired);
    answer();
    await looking;
    const { done } = lookout.status().looks;
    lookout.lookSoon();
    await until("there was another look", () => lookout.status().looks.done > done);
    stop();
  });

  it("is made again by itself after one that failed", async () => {
    let isDown = true;
    const { lookout, told, stop } = lookAt({
      ticker: async () => (isDown ? failing() : price),
      candles: async () => [candle],
    });
    await lookout.look();
    isDown = false;
    await until("it looks again", () => told.length > 0);
    stop();
    const { failingSince, looks } = lookout.status();
    assert.deepEqual([failingSince, looks.failed.get("failing")], [undefined, 1]);
  });
});
