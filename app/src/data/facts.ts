// Transactions, blocks and addresses as a chain's node tells them.
import * as z from "zod/mini";
import { askNode, NodeRefusal } from "./rpc.ts";
import { hex, quantity } from "./scalars.ts";

const height = z.pipe(quantity, z.transform(Number));

const transactionSchema = z.object({
  hash: hex,
  blockNumber: z.nullish(height),
  from: hex,
  to: z.nullish(hex),
  input: hex,
  value: quantity,
  gas: quantity,
  nonce: height,
});

const logSchema = z.object({ address: hex, topics: z.array(hex), data: hex });

const receiptSchema = z.object({
  status: z.pipe(
    z.enum(["0x0", "0x1"]),
    z.transform((status) => status === "0x1"),
  ),
  gasUsed: quantity,
  effectiveGasPrice: quantity,
  contractAddress: z.nullish(hex),
  logs: z.array(logSchema),
});

const headerSchema = z.object({ number: height, hash: hex, parentHash: hex, timestamp: quantity });

const blockSchema = z.extend(headerSchema, {
  gasUsed: quantity,
  gasLimit: quantity,
  transactions: z.array(transactionSchema),
});

export type Transaction = z.infer<typeof transactionSchema>;
export type Receipt = z.infer<typeof receiptSchema>;
export type Log = z.infer<typeof logSchema>;
export type Block = z.infer<typeof blockSchema>;

export type TransactionFact =
  | { kind: "unknown" }
  | { kind: "pending"; transaction: Transaction }
  | { kind: "mined"; transaction: Transaction; receipt: Receipt; block: number; timestamp: bigint };

type Asked = { rpc: string; signal: AbortSignal };

const ask = ({ rpc, signal }: Asked, method: string, ...params: unknown[]) => askNode({ rpc, method, params }, signal);

export const readTransaction = async (hash: string, asked: Asked): Promise<TransactionFact> => {
  const [found, receipt] = await Promise.all([
    ask(asked, "eth_getTransactionByHash", hash),
    ask(asked, "eth_getTransactionReceipt", hash),
  ]);
  if (found === null) return { kind: "unknown" };
  const transaction = transactionSchema.parse(found);
  const block = transaction.blockNumber ?? undefined;
  if (receipt === null || block === undefined) return { kind: "pending", transaction };
  const header = await ask(asked, "eth_getBlockByNumber", `0x${block.toString(16)}`, false);
  const { timestamp } = headerSchema.parse(header);
  return { kind: "mined", transaction, receipt: receiptSchema.parse(receipt), block, timestamp };
};

/** What a transaction that failed is refused with when it is tried again on the block before it; undefined: it is not. */
export const readRefusal = async (
  { from, to, input, value, blockNumber }: Transaction,
  asked: Asked,
): Promise<{ data: string | undefined } | undefined> => {
  const call = { from, to, data: input, value: `0x${value.toString(16)}` };
  try {
    await ask(asked, "eth_call", call, `0x${((blockNumber ?? 1) - 1).toString(16)}`);
    return undefined;
  } catch (error) {
    if (!(error instanceof NodeRefusal)) throw error;
    return { data: hex.safeParse(error.data).data };
  }
};

export type BlockFact = { block: Block; isNewest: boolean };

/** `id`: a height or a hash. Undefined: the chain has no such block. */
export const readBlock = async (id: string, asked: Asked): Promise<BlockFact | undefined> => {
  const isHash = id.startsWith("0x");
  const [found, newest] = await Promise.all([
    isHash
      ? ask(asked, "eth_getBlockByHash", id, true)
      : ask(asked, "eth_getBlockByNumber", `0x${BigInt(id).toString(16)}`, true),
    ask(asked, "eth_blockNumber").then((value) => height.parse(value)),
  ]);
  if (found === null) return undefined;
  const block = blockSchema.parse(found);
  return { block, isNewest: block.number >= newest };
};

export type Account = { codeBytes: number; coin: bigint; sent: number };

export const readAccount = async (address: string, asked: Asked): Promise<Account> => {
  const [code, coin, sent] = await Promise.all([
    ask(asked, "eth_getCode", address, "latest"),
    ask(asked, "eth_getBalance", address, "latest"),
    ask(asked, "eth_getTransactionCount", address, "latest"),
  ]);
  return { codeBytes: (hex.parse(code).length - 2) / 2, coin: quantity.parse(coin), sent: height.parse(sent) };
};

const BALANCE_OF = "0x70a08231";

/** Of one token, in its units. */
export const readBalance = async (token: string, owner: string, asked: Asked): Promise<bigint> => {
  const data = `${BALANCE_OF}${owner.slice(2).toLowerCase().padStart(64, "0")}`;
  return quantity.parse(await ask(asked, "eth_call", { to: token, data }, "latest"));
};
