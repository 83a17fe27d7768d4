// One run of each kind of model, each checked against the reference, and what it costs to register them.
import { denseCorrection } from "@aibot/kit/dense";
import { unpackLanes } from "@aibot/kit/features";
import { modelRegistryAbi, priceBookAbi, signalFeedAbi } from "@aibot/kit/generated/abis";
import { feedId } from "@aibot/kit/ids";
import { type DenseModel, encodeModel, evaluate, type Model, modelId } from "@aibot/kit/models";
import { type Address, bytesToHex, type Hex, type Log, parseEventLogs } from "viem";
import { reportSession } from "../simulation/session.ts";
import { figure, type Line, type Peer } from "./line.ts";
import { denseMacs, denseModel, forestModel } from "./models.ts";
import { benchAbi, type World } from "./world.ts";

export const measureInference = async (world: World): Promise<Line[]> => {
  const { protocol, linear, deploy } = world;
  const { chain, deployment, market } = protocol;
  const { priceBook } = deployment.contracts;
  const meter = await deploy("ModelMeter");
  const args = [market] as const;
  const { features } = await chain.client.readContract({
    ...{ address: priceBook, abi: priceBookAbi, functionName: "candleState", args },
  });

  const lines: Line[] = [];
  for (const model of [linear, forestModel(linear), denseModel(linear)]) {
    const { blob, gas: registered } = await register(world, model);
    const gas = await run({ world, meter, model, blob, features });
    lines.push(figure({ name: `inference.${model.kind}.gas`, value: gas }));
    if (model.kind === "dense") lines.push(await denseLine({ world, model, gas, features }));
    lines.push(figure({ name: `model.register.${model.kind}.gas`, value: registered }));
  }
  return lines;
};

type DenseParams = { world: World; model: DenseModel; gas: number; features: Hex };

/** Gas of each multiplication, everything else spread over them, beside the same network as one would first write it. */
const denseLine = async ({ world, model, gas, features }: DenseParams): Promise<Line> => {
  const perMac = (spent: number) => Math.round((spent / denseMacs) * 1_000) / 1_000;
  const lanes = unpackLanes(features, model.weights.length);
  const { unitScale, units } = model;
  const bytesOf = (row: number[]): Hex => bytesToHex(Uint8Array.from(row, (weight) => weight & 0xff)); // int8, two's complement
  const layers = model.layers.map((layer) => ({ ...layer, weights: layer.weights.map(bytesOf) }));
  const [correction, plain] = (await world.protocol.chain.client.readContract({
    ...{ address: await world.deploy("PlainDense"), abi: benchAbi("PlainDense"), functionName: "evaluate" },
    args: [lanes, units, { ...unitScale, biases: [], weights: [] }, layers],
  })) as [bigint, bigint];
  if (correction !== denseCorrection(model, lanes)) throw new Error(`the plain network gave ${correction}`);
  const peer = { name: "plain Solidity", value: perMac(Number(plain)) };
  return figure({ name: "inference.dense.gas_per_mac", value: perMac(gas), unit: "gas/MAC", peer });
};

type Registered = { blob: Address; gas: number };

/** Registers `model`; of one that is registered already, what it took to find that out. */
const register = async ({ protocol }: World, model: Model): Promise<Registered> => {
  const { chain, deployment, accounts, transact } = protocol;
  const registry = { address: deployment.contracts.modelRegistry, abi: modelRegistryAbi } as const;
  const encoded = encodeModel(model);
  const call = { ...registry, functionName: "register", args: [encoded] };
  const { gasUsed } = await transact(accounts.aiNode.address, call);
  const args = [modelId(encoded)] as const;
  const { blob } = await chain.client.readContract({ ...registry, functionName: "model", args });
  return { blob, gas: Number(gasUsed) };
};

type RunParams = { world: World; meter: Address; model: Model; blob: Address; features: Hex };

/** Gas of one run; throws when it is not what the reference says. */
const run = async ({ world, meter, model, blob, features }: RunParams): Promise<number> => {
  const { accounts, transact } = world.protocol;
  const abi = benchAbi("ModelMeter");
  const call = { address: meter, abi, functionName: "evaluate", args: [blob, features] };
  const { logs } = await transact(accounts.aiNode.address, call);
  const [evaluated] = parseEventLogs({ abi, eventName: "Evaluated", logs: logs as unknown as Log[] });
  const { outputQ32, gasUsed } = (evaluated?.args ?? {}) as { outputQ32?: bigint; gasUsed?: bigint };
  const expected = evaluate(model, unpackLanes(features, model.weights.length));
  if (outputQ32 !== expected) throw new Error(`the ${model.kind} model gave ${outputQ32}, the reference ${expected}`);
  return Number(gasUsed);
};

const LAP = 6; // sessions: the ring of five ahead

/** Close and publish as a whole transaction, on a feed whose model has a forest. */
export const measureForestRounds = async (world: World, peer: Peer): Promise<Line> => {
  const { protocol, next, linear } = world;
  const { deployment, params, market, accounts, transact } = protocol;
  const { signalFeed } = deployment.contracts;
  const model = forestModel(linear);
  await register(world, model);
  const feed = feedId(`${params.market.id} forest`);
  const creation = [feed, market, modelId(encodeModel(model))];
  const create = { address: signalFeed, abi: signalFeedAbi, functionName: "createFeed", args: creation };
  await transact(accounts.deployer.address, create);

  const gas: number[] = [];
  for (const candle of next.slice(0, 2 * LAP)) {
    const { publish } = await reportSession({ ...protocol, feed }, candle);
    gas.push(Number(publish.gasUsed));
  }
  // The first lap fills the ring.
  return figure({ name: "signal.publish.forest.gas", value: Math.max(...gas.slice(LAP)), peer });
};
