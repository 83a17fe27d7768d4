// Reads final blocks for a backfill: the logs of a whole range in one question, the next range while one is written.
import { setTimeout as sleep } from "node:timers/promises";
import type { Batch } from "@subsquid/util-internal-processor-tools";
import type { Hex } from "viem";
import { hexToNumber, numberToHex } from "viem/utils";
import { parseHeader, type RawHeader, type ReadHeader } from "./chain-reader.ts";
import type { Log } from "./events.ts";
import type { Report } from "./faults.ts";
import type { ChainReader } from "./follow.ts";
import type { ChainBlock } from "./handler.ts";
import { assemble, halve, heightsOf, neededHeaders, type Range } from "./range-blocks.ts";
import type { Rpc } from "./rpc.ts";
import type { RawLog, Wanted } from "./wanted.ts";

const firstLength = 256; // blocks
const longest = 20_000;
const wantedEvents = 4_000; // in one range, and so in one write
const suspiciousEvents = 10_000; // where nodes that cut answers off do so
const concurrentHeaders = 16;
const pauseMs = 200;

/** The length of the next range, from how many events the last one had. */
export const nextLength = (length: number, events: number): number => {
  const factor = events === 0 ? 4 : Math.min(4, wantedEvents / events);
  return Math.min(longest, Math.max(1, Math.floor(length * factor)));
};

export type RangeSourceParams = {
  rpc: Rpc;
  reader: ChainReader<Log>; // of single blocks, for what a range leaves in doubt
  wanted: Wanted;
  finality: number;
  checkHeaders: boolean; // of every block: their blooms tell of logs that an answer leaves out
  report: Report;
  signal: AbortSignal;
};

export type RangeSource = {
  finalizedHeight(): Promise<number>;
  /** Waits for a node that does not know the block yet. */
  hashAt(height: number): Promise<string>;
  /** Everything from `from` to the last final block, then ends. Each batch ends with a block, events in it or not. */
  blocks(from: number): AsyncGenerator<Batch<ChainBlock>>;
};

export const createRangeSource = (params: RangeSourceParams): RangeSource => {
  const { rpc, reader, wanted, finality, checkHeaders, report, signal } = params;
  const pause = () => sleep(pauseMs, undefined, { signal });

  const readHeader = async (height: number): Promise<ReadHeader | undefined> => {
    const raw = await rpc.ask<RawHeader>("eth_getBlockByNumber", [numberToHex(height), false]);
    const header = raw == null ? undefined : parseHeader(raw);
    return header?.height === height ? header : undefined;
  };

  const readHeaders = async (heights: number[]): Promise<ReadHeader[]> => {
    const headers: ReadHeader[] = [];
    for (let start = 0; start < heights.length; start += concurrentHeaders) {
      const some = await Promise.all(heights.slice(start, start + concurrentHeaders).map(readHeader));
      headers.push(...some.filter((header) => header !== undefined));
    }
    return headers;
  };

  /** Asks for less at a time where the node refuses, or where its answer is as long as one that was cut off. */
  const readLogs = async (range: Range): Promise<RawLog[]> => {
    const [fromBlock, toBlock] = [numberToHex(range.from), numberToHex(range.to)];
    const logs = await rpc.ask<RawLog[]>("eth_getLogs", [{ fromBlock, toBlock, ...wanted.filter }]);
    const isOne = range.from === range.to;
    if (logs != null && (isOne || logs.length < suspiciousEvents)) return logs;
    report("refused", range.from);
    if (isOne) await pause();
    const parts = isOne ? [range] : halve(range);
    const read: RawLog[] = [];
    for (const part of parts) read.push(...(await readLogs(part)));
    return read;
  };

  /** Blocks without logs are asked again where their header says that they may have some. */
  const complete = async (block: ChainBlock): Promise<ChainBlock | undefined> => {
    const { bloom } = block.header as ReadHeader;
    if (block.logs.length > 0 || bloom === undefined || !wanted.mayBeIn(bloom)) return block;
    const logs = await reader.logs(block.header);
    return logs && { ...block, logs };
  };

  /** Undefined when the answers contradict each other. */
  const tryLoad = async (range: Range, parent: string | undefined): Promise<ChainBlock[] | undefined> => {
    const logs = await readLogs(range);
    if (!logs.every(wanted.has)) return void report("foreign-log", range.from);
    const needed = checkHeaders ? heightsOf(range) : neededHeaders(range, logs);
    const headers = await readHeaders(needed);
    if (headers.length < needed.length) return void report("vanished-block", range.from);
    const assembled = assemble({ range, logs, headers, parent });
    if (assembled.kind === "fault") return void report(assembled.fault, assembled.height);
    const blocks = await Promise.all(assembled.blocks.map(complete));
    return blocks.every((block) => block !== undefined) ? blocks : undefined;
  };

  const load = async (range: Range, parent: string | undefined): Promise<ChainBlock[]> => {
    for (;;) {
      const blocks = await tryLoad(range, parent);
      if (blocks !== undefined) return blocks;
      await pause();
    }
  };

  const finalizedHeight = async (): Promise<number> => {
    for (;;) {
      const height = await rpc.ask<Hex>("eth_blockNumber", []);
      if (height != null) return Math.max(0, hexToNumber(height) - finality);
      await pause();
    }
  };

  return {
    finalizedHeight,
    async hashAt(height) {
      for (;;) {
        const header = await readHeader(height);
        if (header !== undefined) return header.hash;
        report("behind-final", height);
        await pause();
      }
    },
    async *blocks(start) {
      let length = firstLength;
      let top = await finalizedHeight();
      let parent: string | undefined;
      const begin = (from: number) => {
        const range = { from, to: Math.min(top, from + length - 1) };
        const blocks = load(range, parent);
        blocks.catch(() => {}); // awaited below, if the one before it is ever written
        return { range, blocks };
      };
      for (let next = start <= top ? begin(start) : undefined; next !== undefined; ) {
        const { range } = next;
        const blocks = await next.blocks;
        length = nextLength(
          range.to - range.from + 1,
          blocks.reduce((sum, { logs }) => sum + logs.length, 0),
        );
        parent = blocks.at(-1)?.header.hash;
        if (range.to >= top) top = await finalizedHeight();
        next = range.to < top ? begin(range.to + 1) : undefined;
        yield { blocks, isHead: next === undefined };
      }
    },
  };
};
