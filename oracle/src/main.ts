import { join } from "node:path";
import { marketId } from "@aibot/kit/ids";
import { loadChains } from "@aibot/kit/node/chain";
import { serveStatus } from "@aibot/kit/node/http";
import { createLog } from "@aibot/kit/node/log";
import { createMetrics } from "@aibot/kit/node/metrics";
import { createShutdown, run } from "@aibot/kit/node/shutdown";
import { createTransactions } from "@aibot/kit/node/transactions";
import { privateKeyToAccount } from "viem/accounts";
import { openChainView } from "./chain-view.ts";
import { readConfig } from "./config.ts";
import { startNode } from "./node.ts";
import { leastDeviation } from "./observe.ts";
import { checkIdentity, checkSigners, findMarket, honestQuorum, openFolder } from "./preflight.ts";
import { openSource } from "./sources/open.ts";
import { describeHealth, writeMetrics } from "./status.ts";

const main = async (): Promise<void> => {
  const config = readConfig(process.env);
  const log = createLog(`oracle-${config.NODE_INDEX}`, config.LOG_LEVEL);
  const { signal, onStop } = createShutdown({ log, exitWithParent: config.EXIT_WITH_PARENT });

  const account = privateKeyToAccount(config.PRIVATE_KEY);
  checkIdentity(config, account.address);
  await openFolder(config.STATE_DIR);
  const loaded = await loadChains(config.CHAINS);
  const market = findMarket(loaded, config.MARKET);
  const quorums = await Promise.all(loaded.map((chain) => checkSigners(chain, config)));
  const quorum = Math.max(honestQuorum(config.PEERS.length), ...quorums);
  const chains = await Promise.all(
    loaded.map(async (chain) => ({
      view: await openChainView(chain, marketId(market.id)),
      transactions: await createTransactions({
        chain,
        account,
        journalPath: join(config.STATE_DIR, `transactions-${chain.id}.sqlite`),
        log,
        signal,
      }),
    })),
  );
  const source = await openSource(config.SOURCE, market.period, signal);

  const node = await startNode({
    account,
    peers: config.PEERS,
    port: config.LISTEN_PORT,
    quorum,
    period: market.period,
    rules: { heartbeat: BigInt(config.HEARTBEAT), deviationBps: leastDeviation(chains.map(({ view }) => view)) },
    spreadBps: BigInt(config.SPREAD_BPS),
    graceMs: config.GRACE_MS,
    takeoverMs: config.TAKEOVER_MS,
    source,
    chains,
    log,
    signal,
  });
  onStop(() => {
    for (const { transactions } of chains) transactions.close();
  });
  onStop(() => node.closed);

  const metrics = createMetrics();
  const health = () => describeHealth(node.status(), quorum, source.name);
  const status = await serveStatus({
    port: config.HTTP_PORT,
    health,
    metrics: () => writeMetrics(metrics, node.status()),
    log,
  });
  onStop(status.close);
  log.info({ address: account.address, source: source.name, market: market.id, quorum }, "oracle node started");
};

await run("oracle", main);
