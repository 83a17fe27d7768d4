import { type Address, type Hex, hexToBigInt, hexToNumber, numberToHex, type PublicClient } from "viem";
import { rootMessage } from "../errors.ts";
import { type Head, parseHead, type RawHead } from "./heads.ts";
import { type Revert, revertOf } from "./reverts.ts";
import { type Attempt, classifyRefusal, type Mined, type Place, type Refusal } from "./transaction-state.ts";

const SEARCH_DEPTH = 128n; // blocks below the head whose state every full node keeps

export type Call = { to: Address; data: Hex; value: bigint };
export type Estimate = { kind: "gas"; gas: bigint } | ({ kind: "revert" } & Revert);

export type BlockPlace = Pick<Place, "blockNumber" | "blockHash">;

/** The requests the transaction manager makes of a node. Those that throw do so only when the node did not answer. */
export type TransactionNode = {
  estimate: (call: Call) => Promise<Estimate>;
  broadcast: (raw: Hex) => Promise<{ refusal?: Refusal; message?: string }>;
  minedOf: (attempts: Attempt[]) => Promise<Mined | undefined>;
  /** What stands at the height of a block. */
  blockAt: (place: BlockPlace) => Promise<"there" | "other" | "absent">;
  /** The transaction of a block that used this nonce; undefined: not found, as it is too old or the node disagrees with itself. */
  userOf: (nonce: number) => Promise<Place | undefined>;
  nonce: () => Promise<number>;
  tip: () => Promise<bigint>;
  balance: () => Promise<bigint>;
  head: () => Promise<Head>;
  chainId: () => Promise<number>;
};

type RawReceipt = { transactionHash: Hex; blockNumber: Hex | null; blockHash: Hex | null; status: Hex };
type RawBlock = RawHead & { transactions: { hash: Hex; from: Address; nonce: Hex }[] };

/** Undefined for what some nodes answer about a transaction that is still in the pool. */
const parseReceipt = ({ transactionHash, blockNumber, blockHash, status }: RawReceipt): Mined | undefined =>
  blockNumber === null || blockHash === null
    ? undefined
    : {
        hash: transactionHash,
        blockNumber: hexToBigInt(blockNumber),
        blockHash,
        status: hexToNumber(status) === 1 ? "success" : "reverted",
      };

type NodeParams = { client: PublicClient; account: Address };

export const createTransactionNode = ({ client, account }: NodeParams): TransactionNode => {
  // Raw requests without viem's own retries: formatting costs time, and retrying is decided here.
  const request = <T>(method: string, params: unknown[]): Promise<T> =>
    client.request({ method, params } as never, { retryCount: 0 }) as Promise<T>;

  const countAt = async (block: bigint | "latest"): Promise<number> => {
    const tag = block === "latest" ? block : numberToHex(block);
    return hexToNumber(await request<Hex>("eth_getTransactionCount", [account, tag]));
  };

  /** The first block after which the account's count is above `nonce`, within the depth of the search. */
  const blockThatUsed = async (nonce: number): Promise<bigint | undefined> => {
    let used = hexToBigInt(await request<Hex>("eth_blockNumber", []));
    const lowest = used > SEARCH_DEPTH ? used - SEARCH_DEPTH : 0n;
    let free = used;
    for (let step = 1n; (await countAt(free)) > nonce; step *= 2n) {
      if (free === lowest) return undefined;
      used = free;
      free = free - step > lowest ? free - step : lowest;
    }
    while (used - free > 1n) {
      const middle = (used + free) / 2n;
      if ((await countAt(middle)) > nonce) used = middle;
      else free = middle;
    }
    return used;
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
      return receipts.map((receipt) => (receipt == null ? undefined : parseReceipt(receipt))).find((mined) => mined);
    },
    blockAt: async ({ blockNumber, blockHash }) => {
      const block = await request<RawHead | null>("eth_getBlockByNumber", [numberToHex(blockNumber), false]);
      if (block == null) return "absent";
      return block.hash === blockHash ? "there" : "other";
    },
    userOf: async (nonce) => {
      const blockNumber = await blockThatUsed(nonce);
      if (blockNumber === undefined) return undefined;
      const block = await request<RawBlock | null>("eth_getBlockByNumber", [numberToHex(blockNumber), true]);
      const isUser = (sent: RawBlock["transactions"][number]) =>
        sent.from.toLowerCase() === account.toLowerCase() && hexToNumber(sent.nonce) === nonce;
      const user = block?.transactions.find(isUser);
      return block == null || user === undefined ? undefined : { hash: user.hash, blockNumber, blockHash: block.hash };
    },
    nonce: () => countAt("latest"),
    tip: async () => hexToBigInt(await request<Hex>("eth_maxPriorityFeePerGas", [])),
    balance: async () => hexToBigInt(await request<Hex>("eth_getBalance", [account, "latest"])),
    head: async () => parseHead(await request<RawHead>("eth_getBlockByNumber", ["latest", false])),
    chainId: async () => hexToNumber(await request<Hex>("eth_chainId", [])),
  };
};
