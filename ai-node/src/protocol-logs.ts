// What a chain says about candles, models and rounds, in the order in which it happened.
import { priceBookAbi, signalFeedAbi, signedSourceAbi } from "@aibot/kit/generated/abis";
import type { Chain } from "@aibot/kit/node/chain";
import { type GetLogsReturnType, getAbiItem } from "viem";

const events = [
  getAbiItem({ abi: signedSourceAbi, name: "SignersChanged" }),
  getAbiItem({ abi: signedSourceAbi, name: "CandleReported" }),
  getAbiItem({ abi: priceBookAbi, name: "MarketCreated" }),
  getAbiItem({ abi: priceBookAbi, name: "CandleSeeded" }),
  getAbiItem({ abi: priceBookAbi, name: "CandleClosed" }),
  getAbiItem({ abi: signalFeedAbi, name: "FeedCreated" }),
  getAbiItem({ abi: signalFeedAbi, name: "ModelSwitched" }),
  getAbiItem({ abi: signalFeedAbi, name: "SignalPublished" }),
] as const;

type RawLog = GetLogsReturnType<undefined, typeof events, true, bigint, bigint>[number];

/** One decoded event; a union by `eventName`. */
export type ProtocolLog = RawLog extends infer Log
  ? Log extends RawLog
    ? Pick<Log, "address" | "eventName" | "args" | "transactionHash" | "blockNumber" | "blockHash" | "logIndex">
    : never
  : never;

export type LogOf<Name extends ProtocolLog["eventName"]> = Extract<ProtocolLog, { eventName: Name }>;

export type BlockRange = { fromBlock: bigint; toBlock: bigint };

/** Providers limit the span or the size of an answer; below this many blocks a refusal is about something else. */
const SMALLEST_SPAN = 500n;

/** Every event of the protocol's oracle side in `range`, oldest first. */
export const readProtocolLogs = async (
  { client, deployment }: Pick<Chain, "client" | "deployment">,
  { fromBlock, toBlock }: BlockRange,
): Promise<ProtocolLog[]> => {
  const { signedSource, priceBook, signalFeed } = deployment.contracts;
  const address = [signedSource, priceBook, signalFeed];

  const read = async (from: bigint, to: bigint): Promise<ProtocolLog[]> => {
    if (from > to) return [];
    try {
      return await client.getLogs({ address, events, strict: true, fromBlock: from, toBlock: to });
    } catch (error) {
      if (to - from < SMALLEST_SPAN) throw error;
      const middle = (from + to) / 2n;
      return [...(await read(from, middle)), ...(await read(middle + 1n, to))];
    }
  };
  return read(fromBlock, toBlock);
};
