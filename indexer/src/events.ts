// Which events are indexed, and what a log of theirs says.

import type { Deployment } from "@aibot/kit/deployment";
import {
  mandateAbi,
  modelRegistryAbi,
  priceBookAbi,
  signalFeedAbi,
  signedSourceAbi,
  vaultAbi,
} from "@aibot/kit/generated/abis";
import type { Abi, AbiEvent, DecodeEventLogReturnType, Hex } from "viem";
import { toEventSelector } from "viem/utils";
import { decoderOf } from "./decode.ts";

const indexed = [
  {
    abi: priceBookAbi,
    events: [
      "MarketCreated",
      "PriceUpdated",
      "MarketHalted",
      "MarketResumed",
      "CandleSeeded",
      "CandleClosed",
      "GapFound",
      "GapAcknowledged",
    ],
  },
  { abi: modelRegistryAbi, events: ["ModelRegistered"] },
  { abi: signalFeedAbi, events: ["FeedCreated", "ModelSwitched", "SignalPublished"] },
  {
    abi: vaultAbi,
    events: [
      "PositionAdded",
      "Transfer",
      "Deposit",
      "Withdraw",
      "ExitedInKind",
      "ClaimAdded",
      "Claimed",
      "Skimmed",
      "AuctionOpened",
      "AuctionFilled",
      "ExitRequested",
      "ExitCancelled",
      "ExitSettled",
      "FeesAccrued",
      "FeesMinted",
    ],
  },
  {
    abi: mandateAbi,
    events: [
      "LimitChanged",
      "CapChanged",
      "BandChanged",
      "DepositCapChanged",
      "FeeRecipientChanged",
      "EntryPaused",
      "EntryResumed",
    ],
  },
  { abi: signedSourceAbi, events: ["PriceReported", "SignersChanged"] },
] as const;

/** Where an event happened; every row that is born of one carries it. */
export type Origin = { chain: number; block: number; timestamp: bigint; tx: string };

export type PriceBookEvent = DecodeEventLogReturnType<typeof priceBookAbi, (typeof indexed)[0]["events"][number]>;
export type ModelRegistryEvent = DecodeEventLogReturnType<typeof modelRegistryAbi, "ModelRegistered">;
export type SignalFeedEvent = DecodeEventLogReturnType<typeof signalFeedAbi, (typeof indexed)[2]["events"][number]>;
export type VaultEvent = DecodeEventLogReturnType<typeof vaultAbi, (typeof indexed)[3]["events"][number]>;
export type MandateEvent = DecodeEventLogReturnType<typeof mandateAbi, (typeof indexed)[4]["events"][number]>;
export type SignedSourceEvent = DecodeEventLogReturnType<typeof signedSourceAbi, (typeof indexed)[5]["events"][number]>;

export type ProtocolEvent = { id: string; address: string; origin: Origin } & (
  | PriceBookEvent
  | ModelRegistryEvent
  | SignalFeedEvent
  | VaultEvent
  | MandateEvent
  | SignedSourceEvent
);

const eventOf = (abi: Abi, name: string): AbiEvent => {
  const event = abi.find((item): item is AbiEvent => item.type === "event" && item.name === name);
  if (event === undefined) throw new Error(`The ABIs of kit have no event ${name}.`);
  return event;
};

const byTopic = new Map(
  indexed.flatMap(({ abi, events }) =>
    events.map((name) => {
      const event = eventOf(abi, name);
      return [toEventSelector(event), decoderOf(event)] as const;
    }),
  ),
);

export const indexedTopics: Hex[] = [...byTopic.keys()];

/** Contracts whose events are indexed, in lower case. */
export const indexedAddresses = ({ contracts, vaults }: Deployment): string[] =>
  [
    ...[contracts.priceBook, contracts.modelRegistry, contracts.signalFeed, contracts.signedSource],
    ...vaults.flatMap(({ address, mandate }) => [address, mandate]),
  ].map((address) => address.toLowerCase());

export type Log = { id: string; address: string; topics: string[]; data: string; transactionHash: string };
export type Block = { header: { height: number; timestamp: number }; logs: Log[] };

const decode = (log: Log, origin: Omit<Origin, "tx">): ProtocolEvent[] => {
  const decoder = byTopic.get(log.topics[0] as Hex);
  if (decoder === undefined) return [];
  return [
    {
      id: `${origin.chain}-${log.id}`,
      address: log.address.toLowerCase(),
      origin: { ...origin, tx: log.transactionHash },
      ...(decoder(log) as unknown as VaultEvent),
    },
  ];
};

/** The events of `blocks` in chain order. Block headers give milliseconds. */
export const decodeBlocks = (chain: number, blocks: Block[]): ProtocolEvent[] =>
  blocks.flatMap(({ header, logs }) => {
    const origin = { chain, block: header.height, timestamp: BigInt(Math.round(header.timestamp / 1000)) };
    return logs.flatMap((log) => decode(log, origin));
  });
