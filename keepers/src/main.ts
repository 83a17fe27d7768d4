import { join } from "node:path";
import { type Chain, loadChains } from "@aibot/kit/node/chain";
import { serveStatus } from "@aibot/kit/node/http";
import { createLog } from "@aibot/kit/node/log";
import { createMetrics } from "@aibot/kit/node/metrics";
import { createShutdown, run } from "@aibot/kit/node/shutdown";
import { createTransactions } from "@aibot/kit/node/transactions";
import { privateKeyToAccount } from "viem/accounts";
import { parseConfig } from "./config.ts";
import { startEngine } from "./engine.ts";
import { createStrategies } from "./strategies.ts";

const NAME = "keeper";

await run(NAME, async () => {
  const config = parseConfig(process.env);
  const log = createLog(NAME, config.LOG_LEVEL);
  const { signal, onStop } = createShutdown({ log, exitWithParent: config.EXIT_WITH_PARENT });
  const account = privateKeyToAccount(config.PRIVATE_KEY);
  const metrics = createMetrics();

  const start = async (chain: Chain) => {
    const chainLog = log.child({ chain: chain.id });
    const strategies = await createStrategies({ chain, account: account.address, config, log: chainLog });
    const journalPath = join(config.STATE_DIR, `${NAME}-${chain.id}.sqlite`);
    const transactions = await createTransactions({ chain, account, journalPath, log: chainLog, signal });
    chainLog.info({ account: account.address, strategies: strategies.map(({ name }) => name) }, "keeping");
    return startEngine({ chain, strategies, transactions, metrics, log: chainLog, signal });
  };
  const engines = await Promise.all((await loadChains(config.CHAINS)).map(start));

  const health = () => {
    const chains = engines.map(({ status }) => status());
    return { ok: chains.every(({ ok }) => ok), account: account.address, chains };
  };
  const server = await serveStatus({ port: config.HTTP_PORT, health, metrics: metrics.text, log });
  onStop(server.close);
});
