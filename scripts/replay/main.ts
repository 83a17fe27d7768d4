// Replays real candles on the local chains. To the services it is an exchange; only it sets block time.
//   node scripts/replay/main.ts <config.json>
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { type Chain, loadChains } from "@aibot/kit/node/chain";
import { createLog } from "@aibot/kit/node/log";
import { createShutdown, run } from "@aibot/kit/node/shutdown";
import { createClient } from "graphql-ws";
import { readJson } from "../json.ts";
import type { ReplayCommand, ReplayConfig, ReplayMessage } from "./config.ts";
import { createExchange, createHolds } from "./exchange.ts";
import { judge, readChainState } from "./settle.ts";

const auctionStepSeconds = 30n;
const auctionStepPauseMs = 25; // long enough for a keeper on this machine to look at the new price
const reconnectMs = 100;
const maxFailedLooks = 20;
const idleCheckMs = 500; // nothing happened: look again, in case a message was lost

/** A signal many can wait on: `next` resolves at the following `fire`, or after `ms`. */
const createBell = () => {
  let waiting: (() => void)[] = [];
  return {
    fire: () => {
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    next: (ms: number) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
};

const send = (message: ReplayMessage) => process.send?.(message);

/** Mines one block at `timestamp`, unless the chain is past it. */
const mineAt = async ({ client }: Chain, timestamp: bigint) => {
  const { timestamp: now } = await client.getBlock({ blockTag: "latest" });
  if (now >= timestamp) return;
  await client.request({ method: "evm_mine", params: [{ timestamp: Number(timestamp), blocks: 1 }] } as never);
};

await run("replay", async () => {
  const config = readJson<ReplayConfig>(process.argv[2] ?? "");
  const log = createLog("replay", "info");
  const { signal, onStop } = createShutdown({ log, exitWithParent: true });
  const chains = await loadChains(config.chains);
  const bell = createBell();

  const indexed = new Map<number, bigint>();
  const heads = createClient({
    url: config.graphql.replace(/^http/, "ws"),
    shouldRetry: () => true, // the server starts beside this process
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: () => sleep(reconnectMs),
  });
  heads.subscribe<{ heads: { chain: number; height: number }[] }>(
    { query: "subscription { heads { chain height } }" },
    {
      next: ({ data }) => {
        for (const { chain, height } of data?.heads ?? []) indexed.set(chain, BigInt(height));
        bell.fire();
      },
      error: (error) => log.error({ error: String(error) }, "head subscription failed"),
      complete: () => log.info("head subscription ended"),
    },
  );
  for (const chain of chains) chain.watchHeads(() => bell.fire(), signal);

  let going = false;
  let paused = false;
  let left = config.rounds ?? Number.POSITIVE_INFINITY;
  let cursor = config.first;
  const tell = () => {
    send({ kind: "paused", paused, held: holds.active() });
    bell.fire();
  };
  const holds = createHolds(() => performance.now(), tell);
  const status = () => ({ paused, held: holds.active(), candles: config.candles.length, next: cursor });
  const exchange = createExchange({ candles: config.candles, released: config.first, holds, status });
  await new Promise<void>((resolve) => exchange.server.listen(config.port, "127.0.0.1", resolve));
  onStop(async () => {
    exchange.close();
    await heads.dispose();
  });

  process.on("message", (command: ReplayCommand) => {
    if (command.kind === "go") going = true;
    else {
      paused = !paused;
      if (!paused && left === 0) left = Number.POSITIVE_INFINITY;
      tell();
    }
    bell.fire();
  });

  /** Steps time through auctions until nothing is left to do; returns the round of the first market. */
  const untilSettled = async (chain: Chain, candleEnd: bigint): Promise<number> => {
    for (let failedLooks = 0; ; ) {
      const change = bell.next(idleCheckMs); // taken before reading, so that no change is missed
      const state = await readChainState(chain).catch((error: unknown) => {
        failedLooks += 1;
        log.warn({ chain: chain.id, error }, "could not look at the chain, trying again");
        if (failedLooks > maxFailedLooks) throw error;
      });
      if (state === undefined) {
        await change;
        continue;
      }
      failedLooks = 0;
      const verdict = judge(state, candleEnd, indexed.get(chain.id) ?? 0n);
      if (verdict === "settled" || signal.aborted) return state.markets[0]?.lastRound ?? 0;
      if (verdict === "auction") {
        await sleep(auctionStepPauseMs);
        const head = await chain.client.getBlock({ blockTag: "latest" });
        // A keeper traded meanwhile: judge again before time moves.
        if (head.number === state.head.number) await mineAt(chain, head.timestamp + auctionStepSeconds);
      } else {
        await change;
      }
    }
  };

  /** A round or an auction that is still due, from the seed or from the last run, must not be skipped. */
  const finishLast = async (chain: Chain) => {
    const last = config.candles[cursor - 1];
    const { markets } = await readChainState(chain);
    if (last !== undefined && markets.every(({ lastRound }) => lastRound > 0)) await untilSettled(chain, last.end);
  };

  send({ kind: "ready" });
  while (!going && !signal.aborted) await bell.next(idleCheckMs);
  await Promise.all(chains.map(finishLast));
  let earliest = performance.now();
  while (!signal.aborted && cursor < config.candles.length) {
    if (paused || holds.active() || left === 0) {
      if (left === 0 && !paused) {
        paused = true;
        tell();
      }
      await bell.next(idleCheckMs);
      continue;
    }
    const wait = earliest - performance.now();
    if (wait > 0) {
      await sleep(wait, undefined, { signal }).catch(() => undefined);
      continue;
    }
    const candle = config.candles[cursor];
    if (candle === undefined) break;
    const started = performance.now();
    earliest = started + (config.speed === null ? 0 : 1000 / config.speed);
    await Promise.all(chains.map((chain) => mineAt(chain, candle.end)));
    exchange.release();
    cursor += 1;
    const [round = 0] = await Promise.all(chains.map((chain) => untilSettled(chain, candle.end)));
    if (signal.aborted) break;
    left -= 1;
    send({ kind: "period", round, milliseconds: performance.now() - started });
  }
  if (!signal.aborted) send({ kind: "end" });
});
