// Deploys what one chain lacks, checks what is there, and writes deployment.json. Runs any number of times.
import type { Deployment } from "@aibot/kit/deployment";
import type { Hex } from "viem";
import { connect } from "./connection.ts";
import { startBlock, writeDeployment } from "./deployment-files.ts";
import { type Addresses, createIgnition, type Ignition } from "./ignition.ts";
import { protocolModule } from "./modules/protocol.ts";
import { venueModule } from "./modules/venue.ts";
import type { Params } from "./params.ts";
import { verify } from "./verify.ts";

export type DeployParams = {
  rpc: string;
  deployerKey: Hex;
  params: Params;
  model: Hex; // blob of the model that the feed begins with
  deploymentDir: string; // Ignition's journal and deployment.json: keep it as long as the chain
  log: (line: string) => void;
};

export const deploy = async (given: DeployParams): Promise<Deployment> => {
  const { rpc, deployerKey, params, model, deploymentDir: dir, log } = given;
  const client = await connect({ rpc, key: deployerKey, chainId: params.chainId });
  const start = await startBlock(dir, () => client.getBlockNumber());
  const ignition = await createIgnition({ rpc, deployerKey, params, dir, log });

  const protocol = protocolModule(params, model);
  const contracts = await ignition.run(protocol);
  const uniswap = await deployVenue(ignition, params, protocol, contracts);
  await ignition.close();

  const deployment = { ...describe(params, start, contracts), ...(uniswap && { uniswap }) };
  await verify({ client, deployment, params, log });
  writeDeployment(dir, deployment);
  return deployment;
};

type Protocol = ReturnType<typeof protocolModule>;
type ProtocolContracts = Addresses<Protocol["results"]>;

// A run of its own, because a pool's first price depends on which of the two token addresses is the lower.
const deployVenue = async (ignition: Ignition, params: Params, protocol: Protocol, contracts: ProtocolContracts) => {
  const { venue, market } = params;
  if (venue === undefined) return undefined;

  const { base, position: token } = contracts;
  const isPositionFirst = BigInt(token) < BigInt(base);
  const { factory, router, poolFiller, pool } = await ignition.run(
    venueModule({ params, venue, protocol, isPositionFirst }),
  );
  return { factory, router, poolFiller, pools: [{ token, base, market: market.id, pool, fee: venue.fee }] };
};

const describe = ({ chainId, market, vault }: Params, startBlock: number, contracts: ProtocolContracts): Deployment => {
  const { accessManager, priceBook, signedSource, chainlinkSource, modelRegistry, signalFeed } = contracts;
  const { id, label, symbol, period, feed, origins } = market;
  const { base, position } = vault;

  return {
    chainId,
    startBlock,
    contracts: {
      accessManager,
      priceBook,
      signedSource,
      ...(chainlinkSource && { chainlinkSource }),
      modelRegistry,
      signalFeed,
    },
    markets: [{ id, label, symbol, period, feed, origins }],
    vaults: [
      {
        address: contracts.vault,
        mandate: contracts.mandate,
        name: vault.name,
        symbol: vault.symbol,
        base: { token: contracts.base, symbol: base.symbol, decimals: base.decimals },
        positions: [
          { token: contracts.position, symbol: position.symbol, decimals: position.decimals, market: id, feed },
        ],
      },
    ],
  };
};
