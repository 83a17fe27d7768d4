// Makes blocks of the logs and headers of a range, or says what cannot be right about them.
import { hexToNumber } from "viem/utils";
import { parseLog, type ReadHeader } from "./chain-reader.ts";
import type { FaultKind } from "./faults.ts";
import type { ChainBlock } from "./handler.ts";
import type { RawLog } from "./wanted.ts";

export type Range = { from: number; to: number };

export const halve = ({ from, to }: Range): [Range, Range] => {
  const middle = Math.floor((from + to) / 2);
  return [
    { from, to: middle },
    { from: middle + 1, to },
  ];
};

export const heightsOf = ({ from, to }: Range): number[] => Array.from({ length: to - from + 1 }, (_, k) => from + k);

export type Assembled = { kind: "blocks"; blocks: ChainBlock[] } | { kind: "fault"; fault: FaultKind; height: number };

/** A block whose logs bring its hash and time needs no header of its own. */
const headerOf = (height: number, { blockHash, blockTimestamp = "0x0" }: RawLog): ReadHeader => ({
  height,
  hash: blockHash,
  parentHash: "", // only asked of the first block of a batch, whose header is read
  timestamp: hexToNumber(blockTimestamp) * 1000,
});

/** Heights whose headers have to be read: both ends, and blocks whose logs do not say when they were. */
export const neededHeaders = ({ from, to }: Range, logs: RawLog[]): number[] => {
  const untimed = logs.filter(({ blockTimestamp }) => blockTimestamp === undefined);
  return [...new Set([from, to, ...untimed.map(({ blockNumber }) => hexToNumber(blockNumber))])];
};

export type AssembleParams = {
  range: Range;
  logs: RawLog[];
  headers: ReadHeader[]; // of `neededHeaders`
  parent: string | undefined; // hash of the block before the range, where it is known
};

/** Blocks in order, the last of the range among them, so that its end can be committed. */
export const assemble = ({ range, logs, headers, parent }: AssembleParams): Assembled => {
  const fault = (kind: FaultKind, height: number): Assembled => ({ kind: "fault", fault: kind, height });
  const read = new Map(headers.map((header) => [header.height, header]));
  if (parent !== undefined && read.get(range.from)?.parentHash !== parent) return fault("broken-chain", range.from);

  const grouped = Map.groupBy(logs, ({ blockNumber }) => hexToNumber(blockNumber));
  const heights = [...new Set([...read.keys(), ...grouped.keys()])].sort((a, b) => a - b);
  const blocks: ChainBlock[] = [];
  let before = 0;
  for (const height of heights) {
    const own = grouped.get(height) ?? [];
    const header = read.get(height) ?? headerOf(height, own[0] as RawLog); // without a header it has logs
    const isOwn = height >= range.from && height <= range.to && own.every(({ blockHash }) => blockHash === header.hash);
    if (!isOwn) return fault("foreign-log", height);
    if (header.timestamp < before) return fault("broken-chain", height);
    before = header.timestamp;
    blocks.push({ header, logs: own.map(parseLog) });
  }
  return { kind: "blocks", blocks };
};
