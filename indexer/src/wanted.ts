// Which logs are asked for, and whether an answer can be all of them and nothing else.
import type { Hex } from "viem";
import { hexToBytes, keccak256 } from "viem/utils";

export type RawLog = {
  address: Hex;
  topics: Hex[];
  data: Hex;
  blockNumber: Hex;
  blockHash: Hex;
  blockTimestamp?: Hex; // newer nodes
  transactionHash: Hex;
  logIndex: Hex;
};

export type Wanted = {
  filter: { address: string[]; topics: [Hex[]] };
  has(log: RawLog): boolean;
  /** False: a block with this bloom has none of them. True: it may, or something else set the same bits. */
  mayBeIn(bloom: string): boolean;
};

/** The three bits of 2,048 that a value sets in a block's bloom, as byte and mask. */
const bloomBits = (value: Hex): [byte: number, mask: number][] => {
  const hash = hexToBytes(keccak256(value));
  return [0, 2, 4].map((k) => {
    const bit = (((hash[k] as number) << 8) | (hash[k + 1] as number)) & 2_047;
    return [255 - (bit >> 3), 1 << (bit & 7)];
  });
};

export const wantLogs = (addresses: string[], topics: Hex[]): Wanted => {
  const [ofAddresses, ofTopics] = [addresses.map((address) => bloomBits(address as Hex)), topics.map(bloomBits)];
  const known = { addresses: new Set(addresses), topics: new Set<string>(topics) };
  return {
    filter: { address: addresses, topics: [topics] },
    has: ({ address, topics: [topic = ""] }) =>
      known.addresses.has(address.toLowerCase()) && known.topics.has(topic.toLowerCase()),
    mayBeIn(bloom) {
      const bytes = hexToBytes(bloom as Hex);
      const isSet = (bits: [number, number][]) => bits.every(([byte, mask]) => ((bytes[byte] ?? 0) & mask) !== 0);
      return ofAddresses.some(isSet) && ofTopics.some(isSet);
    },
  };
};
