// What a chain's node says about itself.
import * as z from "zod/mini";
import { askNode } from "./rpc.ts";
import { quantity } from "./scalars.ts";

const blockSchema = z.object({ number: quantity, timestamp: quantity });

export type ChainLook =
  | {
      kind: "answering";
      head: { height: number; timestamp: bigint };
      finalized: number | undefined; // undefined: the node does not tell
    }
  | { kind: "wrong-chain"; id: number }
  | { kind: "unreachable" };

const readBlock = async (rpc: string, tag: string, signal: AbortSignal) =>
  blockSchema.parse(await askNode({ rpc, method: "eth_getBlockByNumber", params: [tag, false] }, signal));

/** A node that does not answer is an answer of this page, not a failure of it. */
export const lookAtChain = async (
  { id, rpc }: { id: number; rpc: string },
  signal: AbortSignal,
): Promise<ChainLook> => {
  try {
    const [chainId, head, finalized] = await Promise.all([
      askNode({ rpc, method: "eth_chainId", params: [] }, signal).then((value) => Number(quantity.parse(value))),
      readBlock(rpc, "latest", signal),
      readBlock(rpc, "finalized", signal).catch(() => undefined),
    ]);
    if (chainId !== id) return { kind: "wrong-chain", id: chainId };
    return {
      kind: "answering",
      head: { height: Number(head.number), timestamp: head.timestamp },
      finalized: finalized && Number(finalized.number),
    };
  } catch {
    return { kind: "unreachable" };
  }
};

const receiptSchema = z.pipe(
  z.object({
    from: z.string().check(z.regex(/^0x[0-9a-fA-F]{40}$/)),
    gasUsed: quantity,
    effectiveGasPrice: quantity,
  }),
  z.transform(({ from, gasUsed, effectiveGasPrice }) => ({
    sender: from.toLowerCase() as `0x${string}`,
    fee: gasUsed * effectiveGasPrice, // wei
  })),
);

export type Sending = z.infer<typeof receiptSchema>;

/** Who sent a mined transaction, and what that cost. */
export const readSending = async (rpc: string, tx: string, signal: AbortSignal): Promise<Sending> =>
  receiptSchema.parse(await askNode({ rpc, method: "eth_getTransactionReceipt", params: [tx] }, signal));
