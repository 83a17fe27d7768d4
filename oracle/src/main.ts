import { join } from "node:path";
import { marketId } from "@aibot/kit/ids";
import { endpointReasons, loadChains } from "@aibot/kit/node/chain";
import { checkBalance } from "@aibot/kit/node/preflight";
import type { Health, ServiceContext, Started } from "@aibot/kit/node/service";
import { runService } from "@aibot/kit/node/service";
import { createTransactions, transactionFaults } from "@aibot/kit/node/transactions";
import { privateKeyToAccount } from "viem/accounts";
import { openChainView } from "./chain-view.ts";
import type { Config } from "./config.ts";
import { settings } from "./config.ts";
import { loadCurve } from "./curve.ts";
import { startNode } from "./node.ts";
import { leastDeviation } from "./observe.ts";
import { checkIdentity, checkMembership, findMarket, openFolder } from "./preflight.ts";
import { openSource } from "./sources/open.ts";
import { describeHealth, writeMetrics } from "./status.ts";

const REPORT_GAS = 250_000n; // a candle and a price with the signatures of 31 nodes take less

const start = async ({ config, log, metrics, signal, onStop }: ServiceContext<Config>): Promise<Started> => {
  const account = privateKeyToAccount(config.PRIVATE_KEY);
  checkIdentity(config, account.address);
  await openFolder(config.STATE_DIR);
  if (!loadCurve().isNative) {
    log.warn(
      "secp256k1 has no prebuilt file for this machine: signatures are checked in JavaScript, twenty times slower",
    );
  }
  const loaded = await loadChains(config.CHAINS, { log, metrics });
  const market = findMarket(loaded, config.MARKET);
  const views = await Promise.all(loaded.map((chain) => openChainView(chain, marketId(market.id))));
  const members = checkMembership(
    account.address,
    config.PEERS.map(({ address }) => address),
    views.map((view) => view.signerSet()),
  );
  await Promise.all(loaded.map((chain) => checkBalance({ chain, account: account.address, gas: REPORT_GAS })));
  const chains = await Promise.all(
    views.map(async (view) => ({
      view,
      transactions: await createTransactions({
        chain: view.chain,
        account,
        journalPath: join(config.STATE_DIR, `transactions-${view.chain.id}.sqlite`),
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
    period: market.period,
    rules: { heartbeat: BigInt(config.HEARTBEAT), deviationBps: leastDeviation(views) },
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

  metrics.onScrape(() => writeMetrics(metrics, node.status(), Date.now()));
  log.info({ address: account.address, source: source.name, market: market.id, ...members }, "oracle node started");
  const health = (): Health => {
    const { reasons, ...details } = describeHealth(node.status(), Date.now());
    const faults = chains.flatMap(({ transactions }) => transactionFaults(transactions.status()));
    return { reasons: [...reasons, ...faults, ...loaded.flatMap(endpointReasons)], ...details };
  };
  return { health, running: node.running };
};

await runService({
  name: "oracle",
  instance: ({ NODE_INDEX }) => `oracle-${NODE_INDEX}`,
  help: "An oracle node: observes an exchange, agrees with the other nodes, signs and transmits reports.",
  settings,
  start,
});
