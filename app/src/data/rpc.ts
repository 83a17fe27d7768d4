import type { Hex } from "viem";
import * as z from "zod/mini";
import { ask, ReadError, readJson } from "./read-error.ts";
import { hex, quantity } from "./scalars.ts";

const TIMEOUT_MS = 10_000;

const answerSchema = z.object({
  result: z.optional(z.unknown()),
  error: z.optional(z.object({ message: z.string(), data: z.unknown() })),
});

/** The node answered, and said no; `data` is what a contract reverted with, if that was it. */
export class NodeRefusal extends ReadError {
  readonly data: unknown;
  constructor(source: string, method: string, error: { message: string; data?: unknown }) {
    super({ kind: "refused", source, detail: `${method}: ${error.message}` });
    this.data = error.data;
  }
}

export type RpcCall = { rpc: string; method: string; params: readonly unknown[] };

/** One question to a chain's node, without the wallet's code. */
export const askNode = async ({ rpc, method, params }: RpcCall, signal?: AbortSignal): Promise<unknown> => {
  const init = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    ...(signal === undefined ? {} : { signal }),
  };
  const answer = answerSchema.safeParse(await readJson(await ask(rpc, init, TIMEOUT_MS), rpc));
  if (!answer.success) throw new ReadError({ kind: "unexpected", source: rpc, detail: z.prettifyError(answer.error) });
  const { result, error } = answer.data;
  if (error !== undefined) throw new NodeRefusal(rpc, method, error);
  return result;
};

export type ContractCall = { rpc: string; to: Hex; data: Hex };

/** What a contract answers on the newest block, still encoded. */
export const callContract = async ({ rpc, to, data }: ContractCall, signal?: AbortSignal): Promise<Hex> =>
  hex.parse(await askNode({ rpc, method: "eth_call", params: [{ to, data }, "latest"] }, signal));

export const readHeight = async (rpc: string, signal: AbortSignal): Promise<number> =>
  Number(quantity.parse(await askNode({ rpc, method: "eth_blockNumber", params: [] }, signal)));
