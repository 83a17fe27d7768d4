// Reads headers and logs of single blocks for `follow`. An answer that contradicts itself counts as none.
import { formatId } from "@subsquid/util-internal-processor-tools";
import type { Hex } from "viem";
import { hexToNumber } from "viem/utils";
import type { Log } from "./events.ts";
import type { Report } from "./faults.ts";
import type { ChainReader, Header } from "./follow.ts";
import type { Rpc } from "./rpc.ts";
import type { RawLog, Wanted } from "./wanted.ts";

export type RawHeader = { number: Hex; hash: Hex; parentHash: Hex; timestamp: Hex; logsBloom: Hex };

/** What a header says of its logs, where it was read and not announced. */
export type ReadHeader = Header & { bloom?: Hex };

/** Subsquid's headers have milliseconds. */
export const parseHeader = (raw: RawHeader): ReadHeader => ({
  height: hexToNumber(raw.number),
  hash: raw.hash,
  parentHash: raw.parentHash,
  timestamp: hexToNumber(raw.timestamp) * 1000,
  bloom: raw.logsBloom,
});

/** Takes what is read of it: the rest of an answer does not stay in memory. */
export const parseLog = (raw: RawLog): Log => {
  const { address, topics, data, transactionHash } = raw;
  const block = { height: hexToNumber(raw.blockNumber), hash: raw.blockHash };
  return { id: formatId(block, hexToNumber(raw.logIndex)), address, topics, data, transactionHash };
};

export type ChainReaderParams = { rpc: Rpc; wanted: Wanted; report: Report };

/** A second and third answer without logs is believed: other contracts may set the same bits of a bloom. */
const askedWithoutReceipts = 3;

/** One wrong answer, of one node of many, need not undo the reading of a whole branch. */
const askedForLogs = 3;

export const createChainReader = ({ rpc, wanted, report }: ChainReaderParams): ChainReader<Log> => {
  const readHeader = async (hash: string): Promise<ReadHeader | undefined> => {
    const raw = await rpc.ask<RawHeader>("eth_getBlockByHash", [hash, false]);
    return raw?.hash === hash ? parseHeader(raw) : undefined;
  };

  const askLogs = (hash: string) => rpc.ask<RawLog[]>("eth_getLogs", [{ blockHash: hash, ...wanted.filter }]);

  /** All there are in the block's receipts; undefined where the node does not hand those out. */
  const logsOfReceipts = async (hash: string): Promise<RawLog[] | undefined> => {
    const receipts = await rpc.ask<{ logs: RawLog[] }[]>("eth_getBlockReceipts", [hash]);
    return receipts?.flatMap(({ logs }) => logs).filter(wanted.has);
  };

  /** What a block has whose header says that it may have something, and which was answered with nothing. */
  const insist = async ({ hash, height }: Header): Promise<RawLog[] | undefined> => {
    let logs = await logsOfReceipts(hash);
    for (let asked = 1; logs === undefined && asked < askedWithoutReceipts; asked++) {
      const again = await askLogs(hash);
      if (again == null) return undefined;
      if (again.length > 0 || asked === askedWithoutReceipts - 1) logs = again;
    }
    if (logs !== undefined && logs.length > 0) report("missing-logs", height);
    return logs;
  };

  /** Undefined when the chain has dropped the block, or the answer is of something else. */
  const tryLogs = async (header: ReadHeader): Promise<Log[] | undefined> => {
    const { hash, height } = header;
    const [read, asked] =
      header.bloom === undefined
        ? await Promise.all([readHeader(hash), askLogs(hash)])
        : [header, wanted.mayBeIn(header.bloom) ? await askLogs(hash) : []];
    if (read?.bloom === undefined || asked == null) return undefined;
    const logs = asked.length === 0 && wanted.mayBeIn(read.bloom) ? await insist(header) : asked;
    if (logs === undefined) return undefined;
    if (logs.every((log) => log.blockHash === hash && wanted.has(log))) return logs.map(parseLog);
    report("foreign-log", height);
    return undefined;
  };

  return {
    async latest() {
      const raw = await rpc.ask<RawHeader>("eth_getBlockByNumber", ["latest", false]);
      if (raw == null) report("vanished-block");
      return raw == null ? undefined : parseHeader(raw);
    },
    header: readHeader,
    async logs(header) {
      let logs = await tryLogs(header);
      for (let asked = 1; logs === undefined && asked < askedForLogs; asked++) logs = await tryLogs(header);
      return logs;
    },
  };
};
