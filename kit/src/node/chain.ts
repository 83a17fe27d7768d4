import { readFile } from "node:fs/promises";
import { type Address, createPublicClient, type PublicClient } from "viem";
import { type Deployment, deploymentSchema } from "../deployment.ts";
import { InputError } from "../errors.ts";
import type { ChainSettings } from "./chain-settings.ts";
import { createHeads, type HeadsEvent, type RawHead, type WatchHeads } from "./heads.ts";
import type { Logger } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { shownUrl } from "./redact.ts";
import { createRpc, type EndpointStatus } from "./rpc.ts";

export { type ChainSettings, chainsSchema } from "./chain-settings.ts";
export type { Head } from "./heads.ts";

/** One chain, checked at start: a node answers, is the chain it should be, and has the contracts. */
export type Chain = {
  id: number;
  /** The primary endpoint; a reader that goes past `client` goes past failover too. */
  rpc: string;
  client: PublicClient;
  deployment: Deployment;
  watchHeads: WatchHeads;
  /** The endpoints as they are now, for /health. */
  endpoints: () => EndpointStatus[];
};

/** Where a service wants to read how its endpoints do; a command wants neither. */
export type ChainWatch = { log?: Logger; metrics?: Metrics };

/** For /health: a sentence when no endpoint of the chain is well. */
export const endpointReasons = ({ id, endpoints }: Pick<Chain, "id" | "endpoints">): string[] => {
  const all = endpoints();
  if (all.some(({ condition }) => condition === "well")) return [];
  const each = all.map(({ endpoint, reason }) => `${endpoint} (${reason})`).join(", ");
  return [`No RPC endpoint of chain ${id} is well: ${each}.`];
};

const readDeployment = async ({ id, deployment: path }: ChainSettings): Promise<Deployment> => {
  const text = await readFile(path, "utf8").catch((error: Error) => {
    throw new InputError(
      `CHAINS names the deployment file ${path}, which cannot be read (${error.message}); deploy first.`,
    );
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new InputError(`The deployment file ${path} is not JSON; deploy again.`);
  }
  const result = deploymentSchema.safeParse(content);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new InputError(
      `The deployment file ${path} is wrong at ${issue?.path.join(".")}: ${issue?.message}; deploy again.`,
    );
  }
  if (result.data.chainId !== id) {
    throw new InputError(
      `The deployment file ${path} is of chain ${result.data.chainId}, but CHAINS says ${id}; correct one of them.`,
    );
  }
  return result.data;
};

const deployedContracts = ({ contracts, vaults, uniswap }: Deployment): [name: string, address: Address][] => [
  ...Object.entries(contracts),
  ...vaults.flatMap((vault): [string, Address][] => [
    [`vault ${vault.symbol}`, vault.address],
    [`mandate of ${vault.symbol}`, vault.mandate],
  ]),
  ...(uniswap === undefined ? [] : ([["poolFiller", uniswap.poolFiller]] as [string, Address][])),
];

const checkCode = async ({
  client,
  settings,
  deployment,
}: Pick<Chain, "client" | "deployment"> & { settings: ChainSettings }) => {
  const missing = await Promise.all(
    deployedContracts(deployment).map(async ([name, address]) => {
      const code = await client.getCode({ address });
      return code === undefined ? `${name} at ${address}` : undefined;
    }),
  );
  const first = missing.find((contract) => contract !== undefined);
  if (first !== undefined) {
    throw new InputError(
      `Chain ${settings.id} has no code for ${first}, which ${settings.deployment} names; deploy again.`,
    );
  }
};

const tellOfHeads = (chain: number, { log, metrics = createMetrics() }: ChainWatch) => {
  const up = metrics.gauge("heads_websocket_up", "1 = heads are announced, 0 = they are polled.");
  const lost = metrics.counter("heads_websocket_lost_total", "WebSockets of heads that ended, by reason.");
  return (event: HeadsEvent) => {
    const endpoint = shownUrl(event.url);
    up.set(event.kind === "subscribed" ? 1 : 0, { chain: String(chain) });
    if (event.kind === "subscribed") return log?.debug({ chain, endpoint }, "heads are announced");
    lost.inc({ chain: String(chain), endpoint, reason: event.reason });
    log?.warn({ chain, endpoint, reason: event.reason }, "WebSocket of heads is lost");
  };
};

const loadChain = async (settings: ChainSettings, watch: ChainWatch): Promise<Chain> => {
  const deployment = await readDeployment(settings);
  const { id, ws, maxLagBlocks, maxLagSeconds } = settings;
  const urls = [settings.rpc].flat();
  const rules = {
    ...(maxLagBlocks !== undefined && { maxLagBlocks: BigInt(maxLagBlocks) }),
    ...(maxLagSeconds !== undefined && { maxLagMs: maxLagSeconds * 1_000 }),
  };
  const rpc = createRpc({ chainId: id, urls, rules, ...watch });
  await rpc.check();
  // A remembered block number hides what just happened.
  const client = createPublicClient({ transport: rpc.transport, cacheTime: 0 });
  await checkCode({ client, settings, deployment });

  const readLatest = () =>
    client.request(
      { method: "eth_getBlockByNumber", params: ["latest", false] },
      { retryCount: 0 },
    ) as Promise<RawHead>;
  const watchHeads = createHeads({ ws, readLatest, chainId: id, tell: tellOfHeads(id, watch) });
  return { id, rpc: urls[0] as string, client, deployment, watchHeads, endpoints: rpc.status };
};

/** Connects to every chain and checks it; what a person must correct is an `InputError`. */
export const loadChains = (chains: ChainSettings[], watch: ChainWatch = {}): Promise<Chain[]> =>
  Promise.all(chains.map((settings) => loadChain(settings, watch)));
