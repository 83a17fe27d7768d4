import { readFile } from "node:fs/promises";
import { type Address, createPublicClient, http, type PublicClient } from "viem";
import { type Deployment, deploymentSchema } from "../deployment.ts";
import { InputError, rootMessage } from "../errors.ts";
import type { ChainSettings } from "./chain-settings.ts";
import { createHeads, type RawHead, type WatchHeads } from "./heads.ts";

export { type ChainSettings, chainsSchema } from "./chain-settings.ts";
export type { Head } from "./heads.ts";

const TIMEOUT_MS = 10_000;

/** One chain, checked at start: the node answers, is the chain it should be, and has the contracts. */
export type Chain = {
  id: number;
  rpc: string;
  client: PublicClient;
  deployment: Deployment;
  watchHeads: WatchHeads;
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

const checkChainId = async ({ client, settings }: { client: PublicClient; settings: ChainSettings }): Promise<void> => {
  const { id, rpc } = settings;
  const actual = await client.getChainId().catch((error: unknown) => {
    throw new InputError(
      `CHAINS names ${rpc}, which does not answer (${rootMessage(error)}); start the node or correct the URL.`,
    );
  });
  if (actual !== id)
    throw new InputError(`${rpc} is chain ${actual}, but CHAINS says ${id}; correct the id or the URL.`);
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
    throw new InputError(`${settings.rpc} has no code for ${first}, which ${settings.deployment} names; deploy again.`);
  }
};

const loadChain = async (settings: ChainSettings): Promise<Chain> => {
  const deployment = await readDeployment(settings);
  const transport = http(settings.rpc, { timeout: TIMEOUT_MS, retryCount: 2 });
  const client = createPublicClient({ transport, cacheTime: 0 }); // a remembered block number hides what just happened
  await checkChainId({ client, settings });
  await checkCode({ client, settings, deployment });

  const readLatest = () =>
    client.request(
      { method: "eth_getBlockByNumber", params: ["latest", false] },
      { retryCount: 0 },
    ) as Promise<RawHead>;
  const watchHeads = createHeads({ ws: settings.ws, readLatest });
  return { id: settings.id, rpc: settings.rpc, client, deployment, watchHeads };
};

/** Connects to every chain and checks it; the first fault is an `InputError`. */
export const loadChains = (chains: ChainSettings[]): Promise<Chain[]> => Promise.all(chains.map(loadChain));
