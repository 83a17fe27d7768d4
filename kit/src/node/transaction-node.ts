import { setTimeout as sleep } from "node:timers/promises";
import { type Address, type Hex, hexToBigInt, hexToNumber, numberToHex, type PublicClient } from "viem";
import { rootMessage } from "../errors.ts";
import { type Head, parseHead, type RawHead } from "./heads.ts";
import type { Logger } from "./log.ts";
import { type Revert, revertOf } from "./reverts.ts";
import { type Attempt, classifyRefusal, type Mined, type Refusal } from "./transaction-state.ts";

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 10_000;

export type Call = { to: Address; data: Hex; value: bigint };
export type Estimate = { kind: "gas"; gas: bigint } | ({ kind: "revert" } & Revert);

/** The requests the transaction manager makes of a node. Those that throw do so only when the node did not answer. */
export type TransactionNode = {
  estimate: (call: Call) => Promise<Estimate>;
  broadcast: (raw: Hex) => Promise<{ refusal?: Refusal; message?: string }>;
  minedOf: (attempts: Attempt[]) => Promise<Mined | undefined>;
  isCanonical: (mined: Mined) => Promise<boolean>;
  nonce: () => Promise<number>;
  tip: () => Promise<bigint>;
  balance: () => Promise<bigint>;
  head: () => Promise<Head>;
  /** Repeats a request until the node answers or `signal` aborts. */
  persist: <T>(request: () => Promise<T>) => Promise<T>;
};

type RawReceipt = { transactionHash: Hex; blockNumber: Hex; blockHash: Hex; status: Hex };

const parseReceipt = ({ transactionHash, blockNumber, blockHash, status }: RawReceipt): Mined => ({
  hash: transactionHash,
  blockNumber: hexToBigInt(blockNumber),
  blockHash,
  status: hexToNumber(status) === 1 ? "success" : "reverted",
});

type NodeParams = { client: PublicClient; account: Address; log: Logger; signal: AbortSignal };

export const createTransactionNode = ({ client, account, log, signal }: NodeParams): TransactionNode => {
  // Raw requests without viem's own retries: formatting costs time, and retrying is decided here.
  const request = <T>(method: string, params: unknown[]): Promise<T> =>
    client.request({ method, params } as never, { retryCount: 0 }) as Promise<T>;

  const persist = async <T>(send: () => Promise<T>): Promise<T> => {
    for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(waitMs * 2, LAST_RETRY_MS)) {
      signal.throwIfAborted();
      try {
        return await send();
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        log.warn({ cause: rootMessage(error), waitMs }, "the node does not answer, trying again");
        await sleep(waitMs, undefined, { signal });
      }
    }
  };

  return {
    estimate: async ({ to, data, value }) => {
      try {
        const params = [{ from: account, to, data, value: numberToHex(value) }, "latest"];
        return { kind: "gas", gas: hexToBigInt(await request<Hex>("eth_estimateGas", params)) };
      } catch (error) {
        const revert = revertOf(error);
        if (revert === undefined) throw error;
        return { kind: "revert", ...revert };
      }
    },
    broadcast: async (raw) => {
      try {
        await request("eth_sendRawTransaction", [raw]);
        return {};
      } catch (error) {
        const message = rootMessage(error);
        return { refusal: classifyRefusal(`${message} ${String(error)}`), message };
      }
    },
    minedOf: async (attempts) => {
      const receipts = await Promise.all(
        attempts.map(({ hash }) => request<RawReceipt | null>("eth_getTransactionReceipt", [hash])),
      );
      const receipt = receipts.find((found) => found != null);
      return receipt == null ? undefined : parseReceipt(receipt);
    },
    isCanonical: async ({ blockNumber, blockHash }) => {
      const block = await request<RawHead | null>("eth_getBlockByNumber", [numberToHex(blockNumber), false]);
      return block?.hash === blockHash;
    },
    nonce: async () => hexToNumber(await request<Hex>("eth_getTransactionCount", [account, "latest"])),
    tip: async () => hexToBigInt(await request<Hex>("eth_maxPriorityFeePerGas", [])),
    balance: async () => hexToBigInt(await request<Hex>("eth_getBalance", [account, "latest"])),
    head: async () => parseHead(await request<RawHead>("eth_getBlockByNumber", ["latest", false])),
    persist,
  };
};
