import { type Abi, BaseError, decodeErrorResult, type Hex, isHex, toFunctionSelector } from "viem";
import { formatAbiItem } from "viem/utils";
import * as generated from "../generated/abis.ts";
import { isBlockUnknown } from "./rpc-failures.ts";

/** Why the chain would refuse a call: the sentence for people, the error's name for programs. */
export type Revert = { reason: string; error?: string };

type AbiError = Extract<Abi[number], { type: "error" }>;

const isError = (item: Abi[number]): item is AbiError => item.type === "error";

/** Every custom error of the protocol by selector; several contracts share OpenZeppelin's. */
const errorsBySelector = new Map<Hex, AbiError>(
  Object.values(generated)
    .flatMap((abi) => (abi as Abi).filter(isError))
    .map((error) => [toFunctionSelector(formatAbiItem(error)), error]),
);

const describe = (error: AbiError, args: readonly unknown[]): Revert => {
  const named = args.map((arg, i) => `${error.inputs[i]?.name || i}: ${String(arg)}`);
  return { reason: `${error.name}(${named.join(", ")})`, error: error.name };
};

/** Decodes revert data: the protocol's errors by name with arguments, `Error(string)` and `Panic(uint256)` too. */
export const decodeRevert = (data: Hex): Revert => {
  const custom = errorsBySelector.get(data.slice(0, 10) as Hex);
  try {
    if (custom !== undefined) return describe(custom, decodeErrorResult({ abi: [custom], data }).args ?? []);
    const { errorName, args } = decodeErrorResult({ abi: [], data });
    return { reason: String(args[0]), error: errorName };
  } catch {
    return { reason: data === "0x" ? "reverted without a reason" : `reverted with ${data}` };
  }
};

const dataOf = (error: Error): Hex | undefined => {
  const { data } = error as { data?: unknown };
  const found = typeof data === "object" && data !== null ? (data as { data?: unknown }).data : data;
  return isHex(found) ? found : undefined;
};

/** Codes for "not now" rather than "no": internal error, resource unavailable, limit exceeded; viem's -1, no node's word. */
const MAY_PASS = new Set([-32603, -32002, -32005, -1]);

/**
 * Reads the revert out of a failed `eth_call` or `eth_estimateGas`. Undefined: the node did not judge the call at all
 * (no connection, a timeout, overload, a block that it does not have), so asking again later makes sense.
 */
export const revertOf = (error: unknown): Revert | undefined => {
  if (!(error instanceof BaseError)) return undefined;
  const withData = error.walk((cause) => dataOf(cause as Error) !== undefined);
  const data = withData === null ? undefined : dataOf(withData as Error);
  if (data !== undefined) return decodeRevert(data);
  const answer = error.walk((cause) => typeof (cause as { code?: unknown }).code === "number") as
    | (BaseError & { code: number })
    | null;
  if (answer === null || isBlockUnknown(answer.details ?? "")) return undefined;
  if (MAY_PASS.has(answer.code) && !/revert/i.test(answer.details ?? "")) return undefined;
  return { reason: answer.details || answer.shortMessage };
};
