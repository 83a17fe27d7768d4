import { join } from "node:path";
import { type Chain, loadChains } from "@aibot/kit/node/chain";
import { runService, type ServiceContext } from "@aibot/kit/node/service";
import { createTransactions } from "@aibot/kit/node/transactions";
import { privateKeyToAccount } from "viem/accounts";
import { type Config, HELP, settings } from "./config.ts";
import { startEngine } from "./engine.ts";
import { watchState } from "./meters.ts";
import { createStrategies } from "./strategies.ts";

const NAME = "keeper";
const GWEI = 10n ** 9n;

const startOn = async (chain: Chain, { config, log: parent, metrics, signal }: ServiceContext<Config>) => {
  const log = parent.child({ chain: chain.id });
  const account = privateKeyToAccount(config.PRIVATE_KEY);
  const strategies = await createStrategies({ chain, account: account.address, config, log });
  const transactions = await createTransactions({
    ...{ chain, account, log, signal },
    journalPath: join(config.STATE_DIR, `${NAME}-${chain.id}.sqlite`),
    maxFeePerGas: BigInt(config.MAX_FEE_GWEI) * GWEI,
    reserveTransactions: BigInt(config.RESERVE_TRANSACTIONS),
  });
  log.info({ account: account.address, strategies: strategies.map(({ name }) => name) }, "keeping");
  const { status } = startEngine({ chain, strategies, transactions, metrics, log, signal });
  return { status, endpoints: chain.endpoints };
};

await runService({
  name: NAME,
  help: HELP,
  settings,
  start: async (context) => {
    const { config, log, metrics } = context;
    const chains = await loadChains(config.CHAINS, { log, metrics });
    const engines = await Promise.all(chains.map((chain) => startOn(chain, context)));
    const states = () => engines.map(({ status }) => status());
    watchState(metrics, states);
    const health = () => {
      const chains = engines.map(({ status, endpoints }) => ({ ...status(), endpoints: endpoints() }));
      return { reasons: chains.flatMap(({ reasons }) => reasons), chains };
    };
    return { health };
  },
});
