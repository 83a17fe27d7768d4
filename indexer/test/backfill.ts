// Reads a whole chain from a node into an empty database, and tells what it took this process.
//   node backfill.ts '{"url":…,"dbUrl":…,"goal":<height>}'
import { createLog } from "@aibot/kit/node/log";
import { createPinoSink, setRootSink } from "@subsquid/logger";
import { createPublicClient, http } from "viem";
import { connectFirst } from "../src/database.ts";
import { createHandler } from "../src/handler.ts";
import { loadTables } from "../src/model.ts";
import { runProcessor } from "../src/processor.ts";
import { requestOf } from "../src/rpc.ts";
import { createRowStore } from "../src/store.ts";
import { prepareTables, stateSchema } from "../src/tables.ts";
import { deployment } from "./deployment.ts";

type Job = { url: string; dbUrl: string; goal: number };
export type Taken = { events: number; milliseconds: number; cpuMilliseconds: number };

setRootSink(createPinoSink(createLog("backfill", "silent")));
const { url, dbUrl, goal } = JSON.parse(process.argv[2] ?? "{}") as Job;
const { chainId } = deployment;
await connectFirst(dbUrl, prepareTables);
const store = createRowStore({ tables: loadTables(), chainId, stateSchema: stateSchema(chainId) });
const handle = createHandler({ deployment, store });
const controller = new AbortController();
let events = 0;

const [began, cpu] = [performance.now(), process.cpuUsage()];
await runProcessor({
  deployment,
  request: requestOf(createPublicClient({ transport: http(url) })),
  watchHeads: () => {},
  dbUrl,
  finality: 1,
  pollMs: 50,
  patienceMs: 0,
  checkHeaders: false,
  async handle(transaction, blocks) {
    await handle(transaction, blocks);
    for (const { logs } of blocks) events += logs.length;
    if ((blocks.at(-1)?.header.height ?? 0) >= goal) controller.abort();
  },
  report: () => {},
  signal: controller.signal,
});
const { user, system } = process.cpuUsage(cpu);
const taken: Taken = { events, milliseconds: performance.now() - began, cpuMilliseconds: (user + system) / 1_000 };
process.stdout.write(JSON.stringify(taken));
