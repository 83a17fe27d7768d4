// Reads headers and logs over JSON-RPC for `follow`.
import { RpcClient, RpcError } from "@subsquid/rpc-client";
import { formatId } from "@subsquid/util-internal-processor-tools";
import type { Hex } from "viem";
import { hexToNumber } from "viem/utils";
import type { Log } from "./events.ts";
import type { ChainReader, Header } from "./follow.ts";

const noLogsBloom = /^0x0*$/;

type RawHeader = { number: Hex; hash: Hex; parentHash: Hex; timestamp: Hex; logsBloom: Hex };
type RawLog = { address: Hex; topics: Hex[]; data: Hex; transactionHash: Hex; logIndex: Hex };

/** Whether a block has logs is known from its header, where the header was read and not announced. */
type ReadHeader = Header & { hasLogs?: boolean };

/** Subsquid's headers have milliseconds. */
const parseHeader = (raw: RawHeader): ReadHeader => ({
  height: hexToNumber(raw.number),
  hash: raw.hash,
  parentHash: raw.parentHash,
  timestamp: hexToNumber(raw.timestamp) * 1000,
  hasLogs: !noLogsBloom.test(raw.logsBloom),
});

export type ChainReaderParams = { url: string; addresses: string[]; topics: Hex[] };

/** A node that cannot be reached is asked again until it answers. */
export const createChainReader = ({ url, addresses, topics }: ChainReaderParams): ChainReader<Log> => {
  const client = new RpcClient({
    url,
    requestTimeout: 10_000,
    retryAttempts: Number.MAX_SAFE_INTEGER,
    retrySchedule: [10, 100, 500],
  });

  /** An answer that is an error says that the chain has dropped the block. */
  const ask = <T>(method: string, params: unknown[]): Promise<T | null | undefined> =>
    client.call<T>(method, params).catch((error: unknown) => {
      if (error instanceof RpcError) return undefined;
      throw error;
    });

  return {
    async latest() {
      const raw = await ask<RawHeader>("eth_getBlockByNumber", ["latest", false]);
      if (raw == null) throw new Error("The chain has no latest block.");
      return parseHeader(raw);
    },
    async header(hash) {
      const raw = await ask<RawHeader>("eth_getBlockByHash", [hash, false]);
      return raw == null ? undefined : parseHeader(raw);
    },
    async logs(header: ReadHeader) {
      if (header.hasLogs === false) return [];
      const logs = await ask<RawLog[]>("eth_getLogs", [
        { blockHash: header.hash, address: addresses, topics: [topics] },
      ]);
      return logs?.map((raw) => ({ ...raw, id: formatId(header, hexToNumber(raw.logIndex)) }));
    },
  };
};
