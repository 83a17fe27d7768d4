// From an empty folder to a deployed, seeded chain with a database: everything before the services start.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { priceText } from "@aibot/kit/candles";
import { InputError } from "@aibot/kit/errors";
import { type Chain, loadChains } from "@aibot/kit/node/chain";
import type { Logger } from "@aibot/kit/node/log";
import { createPublicClient, http } from "viem";
import { buildApp } from "../../app/server/build.ts";
import { indexedHead, resetChain } from "../../indexer/src/reset.ts";
import { writeJson } from "../json.ts";
import type { LocalChain } from "./anvil.ts";
import { buildDeployed } from "./build.ts";
import { type KeptDatabase, keepDatabase } from "./database.ts";
import type { DeployChainJob } from "./deploy-chain.ts";
import type { MarketData } from "./market.ts";
import { type RunModel, trainModel } from "./model.ts";
import type { Ports } from "./ports.ts";
import type { Processes, ProcessesParams } from "./processes.ts";
import type { Progress } from "./progress.ts";
import { chainSettings, deploymentFile, journalsDir, startChains } from "./stack.ts";
import type { State } from "./state.ts";

export type PrepareParams = {
  data: MarketData;
  live: boolean; // real time instead of a replay
  state: State;
  ports: Ports;
  chains: LocalChain[];
  processes: Processes;
  progress: Progress;
  log: Logger;
} & Pick<ProcessesParams, "onRestart" | "onGivenUp">;

export type Prepared = { chains: Chain[]; database: KeptDatabase };

export const prepare = async (params: PrepareParams): Promise<Prepared> => {
  const { data, live, state, ports, chains, processes, progress, log, onRestart, onGivenUp } = params;
  const seedEnd = data.candles[data.first - 1]?.end;
  const [, , database] = await Promise.all([
    progress.step("contracts compiled", buildDeployed),
    progress.step("app built", buildApp),
    progress.step("database", () =>
      keepDatabase({ dir: state.database, port: ports.database, log, onRestart, onGivenUp }),
    ),
    progress.step(chains.length === 1 ? "local chain" : `${chains.length} local chains`, () =>
      startChains({ processes, chains, genesis: live ? undefined : seedEnd }),
    ),
  ]);
  try {
    if (!live) await beginAnewIfChainLost({ chains, state, progress });
    const model = await progress.step("model trained", async () => trainModel(data));
    progress.say(`    ${accuracy(model)}`);
    for (const chain of chains) {
      await progress.step(`deployed on chain ${chain.id}`, () => deployChain({ chain, data, model, state }));
    }
    const loaded = await loadChains(chainSettings(chains));
    for (const chain of loaded) await rollBackDatabase({ chain, dbUrl: database.url, progress });
    return { chains: loaded, database };
  } catch (error) {
    await database.stop();
    throw error;
  }
};

/** How good the model is on what it has not seen, beside what anyone could do. */
const accuracy = ({ report: { rSquared, train } }: RunModel): string => {
  const trained = `trained on ${train.rows} candles to ${train.to}`;
  if (rSquared === null) return trained;
  const { model, har, naive } = rSquared;
  return `${trained}; R² after them ${model.toFixed(2)}, HAR ${har.toFixed(2)}, same as lately ${naive.toFixed(2)}`;
};

/** A run that was killed before its chain was first written to disk has left records of a chain that is gone. */
const beginAnewIfChainLost = async ({
  chains,
  state,
  progress,
}: Pick<PrepareParams, "chains" | "state" | "progress">) => {
  for (const chain of chains) {
    const file = deploymentFile(chain);
    if (!existsSync(file)) continue;
    const { contracts } = JSON.parse(readFileSync(file, "utf8"));
    const client = createPublicClient({ transport: http(chain.rpc) });
    if ((await client.getCode({ address: contracts.priceBook })) !== undefined) continue;
    progress.say(`  The last run ended before chain ${chain.id} was written to disk: beginning it anew.`);
    for (const name of ["deployment.json", "deployments"])
      rmSync(join(chain.dir, name), { recursive: true, force: true });
    rmSync(journalsDir(state), { recursive: true, force: true });
  }
};

type DeployChainParams = { chain: LocalChain; data: MarketData; model: RunModel; state: State };

const deployChain = async ({ chain, data, model, state }: DeployChainParams): Promise<void> => {
  const seed = data.candles.slice(data.first - model.seedCandles, data.first);
  const job: DeployChainJob = {
    chainId: chain.id,
    rpc: chain.rpc,
    dir: chain.dir,
    market: data.market,
    price: priceText(seed.at(-1)?.close ?? 0n),
    seed,
    model: model.blob,
  };
  const file = join(state.dir, `deploy-${chain.id}.json`);
  writeJson(file, job);
  const { code, text } = await runScript(join(import.meta.dirname, "deploy-chain.ts"), file);
  if (code !== 0) throw new InputError(text.trim().split("\n").at(-1) ?? `Chain ${chain.id} could not be deployed.`);
};

const runScript = (script: string, argument: string) =>
  new Promise<{ code: number | null; text: string }>((resolve) => {
    const args = ["--disable-warning=ExperimentalWarning", script, argument];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
    child.on("exit", (code) => resolve({ code, text }));
  });

type RollBackParams = { chain: Chain; dbUrl: string; progress: Progress };

/** After an unclean stop the database may know blocks that the chain has lost: then it reads the chain again. */
const rollBackDatabase = async ({ chain, dbUrl, progress }: RollBackParams): Promise<void> => {
  const head = await indexedHead({ dbUrl, chainId: chain.id });
  if (head === undefined) return;
  const block = await chain.client.getBlock({ blockNumber: BigInt(head.height) }).catch(() => undefined); // beyond the head
  if (block?.hash === head.hash) return;
  progress.say(`  The database was ahead of chain ${chain.id}: it is rolled back and reads the chain again.`);
  await resetChain({ dbUrl, chainId: chain.id });
};
