// What a source says now, asked itself: sources like Chainlink emit no event that the indexer could keep.
import { marketId } from "@aibot/kit/ids";
import type { Address } from "viem";
import { decodeFunctionResult, encodeFunctionData } from "viem/utils";
import { callContract } from "./rpc.ts";

const abi = [
  {
    type: "function",
    name: "observation",
    stateMutability: "view",
    inputs: [{ name: "market", type: "bytes32" }],
    outputs: [
      { name: "price", type: "uint128" },
      { name: "observedAt", type: "uint48" },
    ],
  },
] as const;

export type Observation = { price: bigint; observedAt: bigint };

export type ObservationParams = { rpc: string; source: Address; market: string };

/** Undefined before its first price, and when it refuses to say one: its sequencer is down, its aggregator broken. */
export const readObservation = async (
  { rpc, source, market }: ObservationParams,
  signal: AbortSignal,
): Promise<Observation | undefined> => {
  const data = encodeFunctionData({ abi, args: [marketId(market)] });
  try {
    const answer = await callContract({ rpc, to: source, data }, signal);
    const [price, observedAt] = decodeFunctionResult({ abi, data: answer });
    return price === 0n ? undefined : { price, observedAt: BigInt(observedAt) };
  } catch {
    return undefined;
  }
};
