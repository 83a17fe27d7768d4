// Telling failures apart. Wallets and libraries wrap each other's errors, so only codes, names and causes are looked at.
import type { Hex } from "viem";

type Failure = { name?: string; message?: string; code?: unknown; cause?: unknown; raw?: unknown; signature?: unknown };

const MAX_DEPTH = 16; // an error may name itself as its cause

/** An error and what caused it, outermost first. */
const causesOf = (error: unknown): Failure[] => {
  const causes: Failure[] = [];
  for (let next = error; typeof next === "object" && next !== null && causes.length < MAX_DEPTH; ) {
    causes.push(next);
    next = (next as Failure).cause;
  }
  return causes;
};

const some = (error: unknown, codes: readonly number[], names: readonly string[]): boolean =>
  causesOf(error).some(({ code, name }) => codes.includes(Number(code)) || names.includes(name ?? ""));

export const isRejection = (error: unknown): boolean => some(error, [4001, 5000], ["UserRejectedRequestError"]);

/** Of the chain's node: the question may be asked again. */
export const isUnreachable = (error: unknown): boolean =>
  some(error, [], ["HttpRequestError", "TimeoutError", "WebSocketRequestError", "SocketClosedError"]);

export type FailureKind = "walletBusy" | "walletCannot" | "walletGone" | "wrongChain" | "noGas" | "nonce";

const KINDS: readonly [FailureKind, readonly number[], readonly string[]][] = [
  ["walletBusy", [-32002], ["ResourceUnavailableRpcError"]],
  ["wrongChain", [4902], ["ChainMismatchError", "ConnectorChainMismatchError", "ChainNotConfiguredError"]],
  [
    "walletCannot",
    [4200, -32601],
    ["UnsupportedProviderMethodError", "MethodNotSupportedRpcError", "SwitchChainNotSupportedError"],
  ],
  [
    "walletGone",
    [4900, 4901],
    ["ProviderDisconnectedError", "ChainDisconnectedError", "ProviderNotFoundError", "ConnectorNotConnectedError"],
  ],
  ["noGas", [], ["InsufficientFundsError"]],
  ["nonce", [], ["NonceTooLowError", "NonceTooHighError"]],
];

export const failureKind = (error: unknown): FailureKind | undefined =>
  KINDS.find(([, codes, names]) => some(error, codes, names))?.[0];

/** What a contract reverted with, as far as the node says it. */
export const revertData = (error: unknown): Hex | undefined => {
  const reverted = causesOf(error).find(({ name }) => name === "ContractFunctionRevertedError");
  const data = reverted?.raw ?? reverted?.signature;
  return typeof data === "string" ? (data as Hex) : undefined;
};

/** The shortest true thing a library says about an error. */
export const ownWords = (error: unknown): string => {
  const [outermost] = causesOf(error) as [{ shortMessage?: string; message?: string }?];
  const text = outermost?.shortMessage ?? outermost?.message ?? String(error);
  const first = text.split("\n")[0] ?? "";
  return /[.!?]$/.test(first) ? first : `${first}.`;
};
