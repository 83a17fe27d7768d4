// The event of a round, read from the chain's node itself, so that a proof does not rest on the indexer. Imported only
// when a page proves: it brings an ABI along.
import { signalFeedAbi } from "@aibot/kit/generated/abis";
import { feedId } from "@aibot/kit/ids";
import type { Address, Hex } from "viem";
import { decodeEventLog } from "viem/utils";
import * as z from "zod/mini";
import { askNode } from "./rpc.ts";
import { hex } from "./scalars.ts";

const receiptSchema = z.nullable(
  z.object({ logs: z.array(z.object({ address: hex, topics: z.array(hex), data: hex })) }),
);

export type SignalEvent = { value: bigint; features: Hex; modelId: Hex };

type Log = { address: Hex; topics: Hex[]; data: Hex };

const decode = ({ topics, data }: Log) => {
  try {
    const [signature = "0x", ...rest] = topics;
    return decodeEventLog({ abi: signalFeedAbi, eventName: "SignalPublished", topics: [signature, ...rest], data })
      .args;
  } catch {
    return undefined; // another event of the same contract
  }
};

export type SignalEventParams = { rpc: string; signalFeed: Address; feed: string; round: number; tx: Hex };

/** What the chain published in `tx` for this round; null when the node keeps no such transaction or event. */
export const readSignalEvent = async (params: SignalEventParams): Promise<SignalEvent | null> => {
  const { rpc, signalFeed, feed, round, tx } = params;
  const receipt = receiptSchema.parse(await askNode({ rpc, method: "eth_getTransactionReceipt", params: [tx] }));
  for (const log of receipt?.logs ?? []) {
    if (log.address.toLowerCase() !== signalFeed.toLowerCase()) continue;
    const event = decode(log);
    if (event?.feed === feedId(feed) && event.round === round)
      return { value: event.value, features: event.features, modelId: event.model };
  }
  return null;
};
