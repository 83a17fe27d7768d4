import { endpointReasons, loadChains } from "@aibot/kit/node/chain";
import { runService } from "@aibot/kit/node/service";
import { createPinoSink, setRootSink } from "@subsquid/logger";
import { processorSettings } from "./config.ts";
import { connectFirst } from "./database.ts";
import { createFaults } from "./faults.ts";
import { createHandler } from "./handler.ts";
import { loadTables } from "./model.ts";
import { runProcessor } from "./processor.ts";
import { createProgress } from "./progress.ts";
import { requestOf } from "./rpc.ts";
import { createRowStore } from "./store.ts";
import { prepareTables, stateSchema } from "./tables.ts";

await runService({
  name: "indexer",
  instance: ({ CHAINS: [chain] }) => `indexer-${chain?.id}`,
  help: "Writes the protocol's events on one chain to PostgreSQL.",
  settings: processorSettings,
  async start({ config, log, metrics, signal }) {
    const level = config.LOG_LEVEL === "info" ? "warn" : config.LOG_LEVEL;
    setRootSink(createPinoSink(log.child({}, { level })));

    const [chain] = await loadChains(config.CHAINS, { log, metrics });
    if (chain === undefined) throw new Error("The settings were accepted without a chain.");
    const { client, deployment, watchHeads } = chain;
    await connectFirst(config.DB_URL, prepareTables);

    const store = createRowStore({ tables: loadTables(), chainId: chain.id, stateSchema: stateSchema(chain.id) });
    const now = () => performance.now();
    const faults = createFaults({ chain: chain.id, log, metrics, now });
    const progress = createProgress({ chain: chain.id, metrics, now });
    watchHeads(({ number, timestamp }) => progress.see({ height: Number(number), timestamp }), signal);

    const { FINALITY: finality } = config;
    log.info({ chain: chain.id, finality }, "indexing");
    const running = runProcessor({
      deployment,
      request: requestOf(client),
      watchHeads: (onHead, until) =>
        watchHeads(
          ({ number, hash, parentHash, timestamp }) =>
            onHead({ height: Number(number), hash, parentHash, timestamp: Number(timestamp) * 1000 }),
          until,
        ),
      dbUrl: config.DB_URL,
      finality,
      pollMs: config.POLL_MS,
      patienceMs: config.PATIENCE_MS,
      checkHeaders: config.CHECK_HEADERS,
      handle: progress.measured(createHandler({ deployment, store })),
      report: faults.report,
      signal,
    });
    return {
      running,
      health: () => ({
        reasons: [...faults.present(), ...endpointReasons(chain)],
        chain: chain.id,
        finality,
        ...progress.state(),
      }),
    };
  },
});
