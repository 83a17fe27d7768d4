import { loadChains } from "@aibot/kit/node/chain";
import { serveStatus } from "@aibot/kit/node/http";
import { createLog } from "@aibot/kit/node/log";
import { createMetrics } from "@aibot/kit/node/metrics";
import { createShutdown, run } from "@aibot/kit/node/shutdown";
import { createPinoSink, setRootSink } from "@subsquid/logger";
import { Pool } from "pg";
import { parseProcessorConfig } from "./config.ts";
import { createHandler, type Handle } from "./handler.ts";
import { loadTables } from "./model.ts";
import { runProcessor } from "./processor.ts";
import { createRowStore } from "./store.ts";
import { prepareTables, stateSchema } from "./tables.ts";

await run("indexer", async () => {
  const config = parseProcessorConfig(process.env);
  const log = createLog("indexer", config.LOG_LEVEL);
  setRootSink(createPinoSink(log.child({}, { level: config.LOG_LEVEL === "info" ? "warn" : config.LOG_LEVEL })));
  const { signal, onStop } = createShutdown({ log, exitWithParent: config.EXIT_WITH_PARENT });

  const [settings] = config.CHAINS;
  const [chain] = await loadChains(config.CHAINS);
  if (settings === undefined || chain === undefined) throw new Error("The settings were accepted without a chain.");
  const pool = new Pool({ connectionString: config.DB_URL, max: 1 });
  await prepareTables(pool);
  await pool.end();

  const store = createRowStore({ tables: loadTables(), chainId: chain.id, stateSchema: stateSchema(chain.id) });
  const handle = createHandler({ deployment: chain.deployment, store });

  let height = -1;
  const metrics = createMetrics();
  const indexedHeight = metrics.gauge("indexer_height", "The last indexed block.");
  const indexedBlocks = metrics.counter("indexer_blocks", "Blocks handled, those of abandoned branches included.");
  const measured: Handle = async (transaction, blocks) => {
    await handle(transaction, blocks);
    height = blocks.at(-1)?.header.height ?? height;
    indexedHeight.set(height, { chain: `${chain.id}` });
    indexedBlocks.inc({ chain: `${chain.id}` }, blocks.length);
  };
  const health = () => ({ ok: true, chain: chain.id, height });
  const status = await serveStatus({ port: config.HTTP_PORT, health, metrics: metrics.text, log });
  onStop(status.close);

  log.info({ chain: chain.id, finality: config.FINALITY }, "indexing");
  const { DB_URL: dbUrl, FINALITY: finality, POLL_MS: pollMs } = config;
  const [readUrl = chain.rpc] = [settings.ws ?? settings.rpc].flat();
  await runProcessor({ chain, readUrl, dbUrl, finality, pollMs, handle: measured, signal });
});
