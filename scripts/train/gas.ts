// What a model costs on chain: registered and run in an EVM inside this process, its answer compared with the reference.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packLanes } from "@aibot/kit/features";
import { modelRegistryAbi } from "@aibot/kit/generated/abis";
import { decodeModel, evaluate, modelId } from "@aibot/kit/models";
import { type Abi, type Address, encodeFunctionData, type Hex, type Log, parseEventLogs } from "viem";
import { localAccounts } from "../../deploy/local-accounts.ts";
import { type Simulation, startSimulation } from "../simulation/chain.ts";
import { buildContracts } from "../start/build.ts";

const artifacts = join(import.meta.dirname, "../../artifacts/contracts");
const from = localAccounts().deployer.address;

type Artifact = { abi: Abi; bytecode: Hex };

const artifact = (path: string): Artifact => JSON.parse(readFileSync(join(artifacts, path), "utf8"));

const deploy = async (chain: Simulation, { bytecode }: Artifact): Promise<Address> => {
  const { contractAddress } = await chain.send({ from, data: bytecode });
  if (contractAddress === null) throw new Error("a contract was not deployed");
  return contractAddress;
};

/** Gas of one run of the model, its code read included, on `lanes`; throws when the chain and the reference differ. */
export const measureModelGas = async (blob: Hex, lanes: number[]): Promise<number> => {
  await buildContracts();
  const chain = await startSimulation({ chainId: 31_337, genesis: BigInt(Math.floor(Date.now() / 1000)) });
  try {
    const registry = { address: await deploy(chain, artifact("oracle/ModelRegistry.sol/ModelRegistry.json")) };
    const register = encodeFunctionData({ abi: modelRegistryAbi, functionName: "register", args: [blob] });
    await chain.send({ from, to: registry.address, data: register });
    const model = await chain.client.readContract({
      ...{ ...registry, abi: modelRegistryAbi, functionName: "model", args: [modelId(blob)] },
    });

    const meter = artifact("bench/ModelMeter.sol/ModelMeter.json");
    const args = [model.blob, packLanes(lanes)];
    const data = encodeFunctionData({ abi: meter.abi, functionName: "evaluate", args });
    const { logs } = await chain.send({ from, to: await deploy(chain, meter), data });
    return gasOf(
      parseEventLogs({ abi: meter.abi, eventName: "Evaluated", logs: logs as unknown as Log[] }),
      blob,
      lanes,
    );
  } finally {
    await chain.close();
  }
};

const gasOf = (events: unknown[], blob: Hex, lanes: number[]): number => {
  const [event] = events as { args: { outputQ32: bigint; gasUsed: bigint } }[];
  const expected = evaluate(decodeModel(blob), lanes);
  if (event?.args.outputQ32 !== expected) {
    throw new Error(`the chain's model gave ${event?.args.outputQ32}, the reference ${expected}`);
  }
  return Number(event.args.gasUsed);
};
