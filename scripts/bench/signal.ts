// From a signed candle to a stored forecast. Each figure is the dearest of one lap of the ring. `core` is what publishing
// executes, closing the candle and every storage access included: all but the base and the calldata of a transaction.
import type { Candle } from "@aibot/kit/candles";
import { priceBookAbi, signalFeedAbi } from "@aibot/kit/generated/abis";
import { encodeFunctionData, type Hex } from "viem";
import { createNodes } from "../simulation/nodes.ts";
import type { Protocol } from "../simulation/protocol.ts";
import { reportSession } from "../simulation/session.ts";
import { executedGas, figure, type Line, type Peer } from "./line.ts";
import { meterCall } from "./meter.ts";
import { benchAbi, type World } from "./world.ts";

const LAP = 6; // sessions: the ring of five ahead

export const measureSignal = async (world: World, peers: { transfer: Peer; report: Peer }): Promise<Line[]> => {
  const { protocol, next } = world;
  const published: number[] = [];
  const executed: number[] = [];
  for (const candle of next.slice(0, LAP)) {
    const { publish } = await reportSession(protocol, candle);
    published.push(Number(publish.gasUsed));
    executed.push(executedGas(publish.gasUsed, publishCall(protocol)));
  }
  const reading = await measureReading(world); // while the price is fresh
  const rounds = await measureRounds(world, next.slice(LAP, 2 * LAP));
  return [
    figure({ name: "signal.publish.gas", value: Math.max(...published), peer: peers.transfer }),
    figure({ name: "signal.round.gas", value: Math.max(...rounds), peer: peers.transfer }),
    figure({ name: "signal.core.gas", value: Math.max(...executed), peer: peers.report }),
    ...reading,
  ];
};

const publishCall = ({ feed }: Protocol): Hex =>
  encodeFunctionData({ abi: signalFeedAbi, functionName: "publish", args: [feed] });

/** Candle of four signers, close and publication in one transaction. */
const measureRounds = async ({ protocol, deploy }: World, candles: Candle[]): Promise<number[]> => {
  const { deployment, market, accounts, transact } = protocol;
  const { signedSource, signalFeed } = deployment.contracts;
  const keys = accounts.signers.map(({ privateKey }) => privateKey);
  const nodes = createNodes({ chainId: deployment.chainId, signedSource, market, keys });
  const batch = { address: await deploy("CallBatch"), abi: benchAbi("CallBatch"), functionName: "run" };
  const gas: number[] = [];
  for (const candle of candles) {
    const calls = [
      { target: signedSource, data: await nodes.encodeCandle(candle) },
      { target: signalFeed, data: publishCall(protocol) },
    ];
    const receipt = await transact(accounts.aiNode.address, { ...batch, args: [calls] }, candle.end + 1n);
    gas.push(Number(receipt.gasUsed));
  }
  return gas;
};

/** What a consumer pays to read the newest signal and the newest price. */
const measureReading = async (world: World): Promise<Line[]> => {
  const { deployment, params, market, feed } = world.protocol;
  const { signalFeed, priceBook } = deployment.contracts;
  const { maxSignalAge, levels, maxPriceAge } = params.mandate;
  const latest = encodeFunctionData({
    ...{ abi: signalFeedAbi, functionName: "latest", args: [feed, BigInt(maxSignalAge), levels] },
  });
  const price = encodeFunctionData({ abi: priceBookAbi, functionName: "price", args: [market, BigInt(maxPriceAge)] });
  const signalRead = await meterCall(world, signalFeed, latest);
  const priceRead = await meterCall(world, priceBook, price);
  return [
    figure({ name: "feed.latest.gas", value: signalRead.warm }),
    figure({ name: "feed.latest.cold.gas", value: signalRead.cold }),
    figure({ name: "price.read.gas", value: priceRead.warm }),
    figure({ name: "price.read.cold.gas", value: priceRead.cold }),
  ];
};
