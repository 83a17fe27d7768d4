// How fast the indexer reads a chain's history, and how soon after a block its subscribers know.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createLog } from "@aibot/kit/node/log";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { startDatabase } from "../../indexer/src/postgres.ts";
import type { Taken } from "../../indexer/test/backfill.ts";
import { addresses } from "../../indexer/test/deployment.ts";
import { emit } from "../../indexer/test/emissions.ts";
import { createFakeChain, serveRpc } from "../../indexer/test/fake-chain.ts";
import { freePort, startChain } from "../../indexer/test/local-chain.ts";
import { createDatabase, eventually, startProcessor, startServer } from "../../indexer/test/services.ts";
import { period, seeds, setUp } from "../../indexer/test/story.ts";
import { median } from "../median.ts";
import { figure, type Line } from "./line.ts";

const leastEvents = 20_000;
const rounds = 40;
const program = (name: string) => fileURLToPath(new URL(`../../indexer/test/${name}.ts`, import.meta.url));

/** A history of at least `leastEvents` events, about two a block, as the contracts emit them. */
const tellStory = () => {
  const chain = createFakeChain(31_337);
  chain.mine([]);
  let events = 0;
  const tell = (blocks: ReturnType<typeof setUp>) => {
    for (const block of blocks) {
      chain.mine(block);
      events += block.length;
    }
  };
  tell(setUp());
  for (let index = seeds + 1; events < leastEvents; index++) tell(period(index));
  chain.mine([]);
  return chain;
};

/** Runs `name` of indexer/test over the whole history into a database of its own. */
const backfill = async (name: string, history: { url: string; goal: number; databaseUrl: string }) => {
  const { url, goal, databaseUrl } = history;
  const job = { url, goal, dbUrl: await createDatabase(databaseUrl, name.replaceAll("-", "_")) };
  const args = ["--disable-warning=ExperimentalWarning", program(name), JSON.stringify(job)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { events, milliseconds, cpuMilliseconds } = JSON.parse(stdout) as Taken;
  return {
    perSecond: Math.round((events / milliseconds) * 1_000),
    cpuPerEvent: Math.round((cpuMilliseconds / events) * 10_000) / 10,
  };
};

const measureBackfill = async (databaseUrl: string): Promise<Line[]> => {
  const chain = tellStory();
  const node = await serveRpc(chain.request);
  const history = { url: node.url, goal: chain.blocks.length - 2, databaseUrl };
  const ours = await backfill("backfill", history);
  const stock = await backfill("stock-backfill", { ...history, goal: Math.floor(history.goal / 2) }); // it takes long
  node.close();
  const name = "Subsquid's own source";
  return [
    figure({
      name: "indexer.events_per_second",
      value: ours.perSecond,
      unit: "events/s",
      peer: { name, value: stock.perSecond },
    }),
    figure({
      name: "indexer.cpu_us_per_event",
      value: ours.cpuPerEvent,
      unit: "µs",
      peer: { name, value: stock.cpuPerEvent },
    }),
  ];
};

/** From asking the chain for a block to the subscriber who holds its height. */
const measureLatency = async (databaseUrl: string, dir: string): Promise<Line> => {
  const chain = await startChain(await freePort());
  const dbUrl = await createDatabase(databaseUrl, "latency");
  const processor = startProcessor({ chain, dbUrl, dir });
  const port = await freePort();
  const server = startServer(dbUrl, port);
  const client = createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: WebSocket,
    shouldRetry: () => true, // the server starts meanwhile
    retryAttempts: 300,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 100)),
  });
  let [seen, wake] = [-1, () => {}];
  client.subscribe<{ heads: { height: number }[] }>(
    { query: "subscription { heads { height } }" },
    {
      next: ({ data }) => {
        seen = data?.heads[0]?.height ?? -1;
        wake();
      },
      error: () => {},
      complete: () => {},
    },
  );
  try {
    for (const block of setUp()) await chain.mine(...block);
    const start = await chain.height();
    await eventually("the first head", async () => seen === start);
    const waits: number[] = [];
    for (let height = start + 1; height <= start + rounds; height++) {
      await chain.queue(emit.skimmed(addresses.usd, 1n));
      const began = performance.now();
      await chain.call("evm_mine");
      while (seen < height)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      waits.push(performance.now() - began);
    }
    return figure({ name: "indexer.latency_ms", value: Math.round(median(waits) * 10) / 10, unit: "ms" });
  } finally {
    await client.dispose();
    await server.kill();
    await processor.kill();
    await chain.stop();
  }
};

export const measureIndexer = async (): Promise<Line[]> => {
  const dir = await mkdtemp(join(tmpdir(), "bench-indexer-"));
  const database = await startDatabase({
    dir: join(dir, "db"),
    port: await freePort(),
    log: createLog("bench", "silent"),
  });
  try {
    return [...(await measureBackfill(database.url)), await measureLatency(database.url, dir)];
  } finally {
    await database.stop();
    await rm(dir, { recursive: true, force: true });
  }
};
