// Deploys one local chain in a process of its own, so that Hardhat's memory is free again before the run.
//   node scripts/start/deploy-chain.ts <file.json>
import type { Candle } from "@aibot/kit/candles";
import { run } from "@aibot/kit/node/shutdown";
import type { Hex } from "viem";
import { deploy } from "../../deploy/deploy.ts";
import { localAccounts } from "../../deploy/local-accounts.ts";
import { type LocalMarket, localParams } from "../../deploy/local-params.ts";
import { seedMarket } from "../../deploy/seed-market.ts";
import { readJson } from "../json.ts";

export type DeployChainJob = {
  chainId: number;
  rpc: string;
  dir: string; // deployment.json and Ignition's journal
  market: LocalMarket;
  price: string; // close of the last seeded candle
  seed: Candle[];
  model: Hex; // blob
};

const log = (line: string) => console.log(line);

await run("deploy", async () => {
  const { rpc, dir, chainId, market, price, seed, model } = readJson<DeployChainJob>(process.argv[2] ?? "");
  const governorKey = localAccounts().deployer.privateKey;
  const params = localParams({ chainId, market, price });
  const deployment = await deploy({ rpc, deployerKey: governorKey, params, model, deploymentDir: dir, log });
  await seedMarket({ rpc, governorKey, deployment, market: params.market.id, candles: seed, log });
});
