// What `npm start` deploys, on a chain inside this process: same contracts, parameters, steps and accounts.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Candle, priceText } from "@aibot/kit/candles";
import { vaultAbi } from "@aibot/kit/generated/abis";
import { feedId, marketId } from "@aibot/kit/ids";
import { type Abi, type Address, encodeFunctionData } from "viem";
import { deploy } from "../../deploy/deploy.ts";
import { fundVault } from "../../deploy/fund-vault.ts";
import { localAccounts } from "../../deploy/local-accounts.ts";
import { localParams } from "../../deploy/local-params.ts";
import { seedMarket } from "../../deploy/seed-market.ts";
import { buildContracts } from "../start/build.ts";
import type { MarketData } from "../start/market.ts";
import type { RunModel } from "../start/model.ts";
import { type Receipt, startSimulation } from "./chain.ts";
import { createNodes } from "./nodes.ts";

const CHAIN_ID = 31_337;

export type Call = { address: Address; abi: Abi; functionName: string; args?: unknown[] };

export type Protocol = Awaited<ReturnType<typeof startProtocol>>;

export type ProtocolParams = { data: MarketData; model: RunModel };

/** Deploys and seeds everything up to the candle before the first one played. */
export const startProtocol = async ({ data, model }: ProtocolParams) => {
  await buildContracts();
  const seed = data.candles.slice(data.first - model.seedCandles, data.first);
  const last = seed.at(-1) as Candle; // a model wants a hundred candles and more
  const params = localParams({ chainId: CHAIN_ID, market: data.market, price: priceText(last.close) });
  const accounts = localAccounts();
  const market = marketId(params.market.id);

  const chain = await startSimulation({ chainId: CHAIN_ID, genesis: last.end });
  const server = await chain.serve();
  const { rpc } = server;
  const governorKey = accounts.deployer.privateKey;
  const dir = mkdtempSync(join(tmpdir(), "aibot-simulation-"));
  const deployment = await deploy({
    ...{ rpc, params, log: () => undefined },
    ...{ deployerKey: governorKey, model: model.blob, deploymentDir: dir },
  }).finally(() => rmSync(dir, { recursive: true, force: true }));
  await seedMarket({ rpc, governorKey, deployment, market: params.market.id, candles: seed, log: () => undefined });

  const [vault] = deployment.vaults;
  const [position] = vault?.positions ?? [];
  if (vault === undefined || position === undefined) throw new Error("A deployment has one vault with one position");
  const signedSource = deployment.contracts.signedSource;
  const keys = accounts.signers.slice(0, params.quorum).map(({ privateKey }) => privateKey);

  const transact = (from: Address, { address, abi, functionName, args }: Call, at?: bigint): Promise<Receipt> => {
    const data = encodeFunctionData({ abi, functionName, args: args ?? [] });
    return chain.send({ from, to: address, data, ...(at === undefined ? {} : { at }) });
  };

  return {
    ...{ chain, deployment, params, accounts, vault, position },
    market,
    feed: feedId(params.market.feed),

    /** As many of the nodes as make a quorum. */
    nodes: createNodes({ chainId: CHAIN_ID, signedSource, market, keys }),
    transact,
    /** The first deposit, of the treasury. */
    fund: (assets: bigint) =>
      fundVault({ rpc, depositorKey: accounts.treasury.privateKey, deployment, assets, log: () => undefined }),
    close: async () => {
      server.close();
      await chain.close();
    },
  };
};

/** The vault as reads and calls name it. */
export const vaultOf = ({ vault }: Pick<Protocol, "vault">) => ({ address: vault.address, abi: vaultAbi }) as const;
