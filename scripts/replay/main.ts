// Replays real candles on the local chains. To the services it is an exchange; only it sets block time.
//   node scripts/replay/main.ts <config.json>
import { setTimeout as sleep } from "node:timers/promises";
import type { Candle } from "@aibot/kit/candles";
import { loadChains } from "@aibot/kit/node/chain";
import { createLog } from "@aibot/kit/node/log";
import { createShutdown, run } from "@aibot/kit/node/shutdown";
import { readJson } from "../json.ts";
import { createBell } from "./bell.ts";
import { createClock } from "./clock.ts";
import type { ReplayCommand, ReplayConfig, ReplayMessage } from "./config.ts";
import { createExchange } from "./exchange.ts";
import { createHolds } from "./holds.ts";
import { followIndexed } from "./indexed.ts";

const idleCheckMs = 500;

const send = (message: ReplayMessage) => process.send?.(message);

await run("replay", async () => {
  const config = readJson<ReplayConfig>(process.argv[2] ?? "");
  const log = createLog("replay", "info");
  const { signal, onStop } = createShutdown({ log, exitWithParent: true });
  const bell = createBell();
  const indexed = followIndexed({ graphql: config.graphql, onChange: bell.fire, log });
  const chains = await loadChains(config.chains);
  const clocks = chains.map((chain) => createClock({ chain, bell, indexed, log, signal }));

  let isGoing = false;
  let isPaused = false;
  let left = config.rounds ?? Number.POSITIVE_INFINITY;
  let cursor = config.first;
  const tell = () => {
    send({ kind: "paused", paused: isPaused, held: holds.active() });
    bell.fire();
  };
  const holds = createHolds(() => performance.now(), tell);
  const status = () => ({ paused: isPaused, held: holds.active(), candles: config.candles.length, next: cursor });
  let playing = Promise.resolve();
  const exchange = createExchange({
    ...{ candles: config.candles, released: config.first, holds, status },
    settled: () => playing,
  });
  await new Promise<void>((resolve) => exchange.server.listen(config.port, "127.0.0.1", resolve));
  onStop(exchange.close);
  onStop(indexed.close);

  process.on("message", ({ kind }: ReplayCommand) => {
    if (kind === "go") isGoing = true;
    else isPaused = !isPaused;
    if (kind === "togglePause" && left === 0) left = Number.POSITIVE_INFINITY; // the rounds asked for are done: go on
    if (kind === "togglePause") tell();
    bell.fire();
  });

  /** Waits until the next session may begin: not paused, not held, rounds left, not faster than asked. */
  const untilFree = async (earliest: number) => {
    while (!signal.aborted) {
      if (left === 0 && !isPaused) {
        isPaused = true;
        tell();
      }
      const wait = earliest - performance.now();
      if (isPaused || holds.active()) await bell.next(idleCheckMs);
      else if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => undefined);
      else return;
    }
  };

  const play = async (candle: Candle) => {
    const started = performance.now();
    await Promise.all(clocks.map((clock) => clock.mineAt(candle.end)));
    exchange.release();
    cursor += 1;
    const [round = 0] = await Promise.all(clocks.map((clock) => clock.untilSettled(candle.end)));
    if (signal.aborted) return;
    left -= 1;
    send({ kind: "period", round, milliseconds: performance.now() - started });
  };

  send({ kind: "ready" });
  while (!isGoing && !signal.aborted) await bell.next(idleCheckMs);
  const last = config.candles[cursor - 1];
  if (last !== undefined) await Promise.all(clocks.map((clock) => clock.finish(last)));
  let earliest = performance.now();
  for (const candle of config.candles.slice(cursor)) {
    await untilFree(earliest);
    if (signal.aborted) return;
    earliest = performance.now() + (config.speed === null ? 0 : 1000 / config.speed);
    playing = play(candle);
    await playing;
  }
  send({ kind: "end" });
});
