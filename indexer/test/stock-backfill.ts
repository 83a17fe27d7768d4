// The same as `backfill.ts`, with Subsquid's own source of blocks in place of ours: what ours is measured against.
//   node stock-backfill.ts '{"url":…,"dbUrl":…,"goal":<height>}'

import { createLog } from "@aibot/kit/node/log";
import { EvmBatchProcessor } from "@subsquid/evm-processor";
import { createLogger, createPinoSink, setRootSink } from "@subsquid/logger";
import type { Store } from "@subsquid/typeorm-store";
import { Runner, type RunnerConfig } from "@subsquid/util-internal-processor-tools";
import { connectFirst } from "../src/database.ts";
import { indexedAddresses, indexedTopics } from "../src/events.ts";
import { type ChainBlock, createHandler } from "../src/handler.ts";
import { loadTables } from "../src/model.ts";
import { createDatabase, noPrometheus } from "../src/processor.ts";
import { createRowStore, openTransaction } from "../src/store.ts";
import { prepareTables, stateSchema } from "../src/tables.ts";
import type { Taken } from "./backfill.ts";
import { deployment } from "./deployment.ts";

setRootSink(createPinoSink(createLog("stock", "silent")));
const { url, dbUrl, goal } = JSON.parse(process.argv[2] ?? "{}") as { url: string; dbUrl: string; goal: number };
const { chainId } = deployment;
await connectFirst(dbUrl, prepareTables);
const store = createRowStore({ tables: loadTables(), chainId, stateSchema: stateSchema(chainId) });
const handle = createHandler({ deployment, store });
const stock = new EvmBatchProcessor()
  .setRpcEndpoint({ url, capacity: 5 })
  .setFinalityConfirmation(1)
  .setBlockRange({ from: 0, to: goal })
  .setFields({ block: { timestamp: true }, log: { topics: true, data: true, transactionHash: true } })
  .addLog({ address: indexedAddresses(deployment), topic0: indexedTopics }) as unknown as {
  getHotDataSource(): NonNullable<RunnerConfig<object, Store>["hotDataSource"]>;
  getBatchRequests(): RunnerConfig<object, Store>["requests"];
};
let events = 0;
const [began, cpu] = [performance.now(), process.cpuUsage()];
await new Runner<object, Store>({
  database: createDatabase(dbUrl, chainId) as unknown as RunnerConfig<object, Store>["database"],
  requests: stock.getBatchRequests(),
  hotDataSource: stock.getHotDataSource(),
  prometheus: noPrometheus,
  log: createLogger("stock"),
  async process(transaction, { blocks }) {
    await handle(openTransaction(transaction), blocks as ChainBlock[]);
    for (const { logs } of blocks as ChainBlock[]) events += logs.length;
  },
}).run();
const { user, system } = process.cpuUsage(cpu);
const taken: Taken = { events, milliseconds: performance.now() - began, cpuMilliseconds: (user + system) / 1_000 };
process.stdout.write(JSON.stringify(taken), () => process.exit(0));
