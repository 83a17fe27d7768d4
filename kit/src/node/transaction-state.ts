import type { Address, Hex } from "viem";

/**
 * The rules of the transaction manager, free of IO and clocks: what an entry's next step is, how fees rise, what a
 * node's refusal means, and which entries a reorganisation has taken back.
 *
 * An entry goes intent → signed → broadcast → mined → final. Side exits: `rejected` (its simulation failed after a
 * restart, before it was ever signed), `foreign` (its nonce was used by somebody else with this key), `superseded` (it
 * reverted, its key was sent again, then a reorganisation revived it: its nonce is spent on nothing instead) and
 * `rolledBack` (the chain was set back below final entries: a local chain restored from an older state).
 */
export type EntryState =
  | "intent"
  | "signed"
  | "broadcast"
  | "mined"
  | "final"
  | "rejected"
  | "foreign"
  | "superseded"
  | "rolledBack";

export type Fees = { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint };

/** One signed transaction. All attempts of an entry share its nonce, so at most one of them can be mined. */
export type Attempt = Fees & { hash: Hex; raw: Hex };

export type Mined = { hash: Hex; blockNumber: bigint; blockHash: Hex; status: "success" | "reverted" };

export type Entry = {
  id: number;
  key: string;
  to: Address;
  data: Hex;
  value: bigint;
  gas: bigint; // limit
  simulated: boolean; // false: the caller gave the limit and wanted no simulation
  state: EntryState;
  nonce: number | undefined; // undefined: never signed
  attempts: Attempt[]; // oldest first
  mined: Mined | undefined;
};

/** Why a node did not take a transaction. */
export type Refusal =
  | "known" // it has it already: as good as taken
  | "nonceUsed" // that nonce is in a block
  | "underpriced" // the fees are too low to enter or to replace
  | "funds" // the account cannot pay
  | "other"; // anything else, the connection included: try again

const refusals: [pattern: RegExp, refusal: Refusal][] = [
  [/already ?known|already imported|known transaction|ALREADY_EXISTS|already exists/i, "known"],
  [/nonce too low|nonce is too low|old ?nonce|nonce has already been used|invalid nonce.*lower/i, "nonceUsed"],
  [
    /underpriced|less than block base fee|fee too low|feeTooLow|gas price below|gas price too low|FeeTooLowToCompete/i,
    "underpriced",
  ],
  [/insufficient funds|insufficient balance/i, "funds"],
];

/** Reads the texts of geth, Erigon, Nethermind, Besu, Reth and anvil; codes differ too much between them. */
export const classifyRefusal = (message: string): Refusal =>
  refusals.find(([pattern]) => pattern.test(message))?.[1] ?? "other";

const ceilDiv = (a: bigint, b: bigint) => (a + b - 1n) / b;
const max = (a: bigint, b: bigint) => (a > b ? a : b);
const min = (a: bigint, b: bigint) => (a < b ? a : b);

/** Fees of a new transaction: room for six full blocks, never above `cap`. */
export const marketFees = ({ baseFee, tip, cap }: { baseFee: bigint; tip: bigint; cap: bigint }): Fees => ({
  maxFeePerGas: min(2n * baseFee + tip, cap),
  maxPriorityFeePerGas: min(tip, cap),
});

/** Nodes replace only when both fields rise by 10 %; an eighth leaves room for rounding. Undefined: the cap forbids it. */
export const raisedFees = ({ last, market, cap }: { last: Fees; market: Fees; cap: bigint }): Fees | undefined => {
  const leastFee = ceilDiv(last.maxFeePerGas * 9n, 8n) + 1n;
  const leastTip = ceilDiv(last.maxPriorityFeePerGas * 9n, 8n) + 1n;
  if (leastFee > cap || leastTip > cap) return undefined;
  const maxFeePerGas = min(max(leastFee, market.maxFeePerGas), cap);
  return { maxFeePerGas, maxPriorityFeePerGas: min(max(leastTip, market.maxPriorityFeePerGas), maxFeePerGas) };
};

/** The gas limit for an estimate: a callee that catches errors can make an estimate too small for a full success. */
export const gasLimit = (estimate: bigint): bigint => (estimate * 5n) / 4n + 10_000n;

export type Patience = {
  rebroadcastAfterMs: number; // the same bytes again: a node may have forgotten them
  replaceAfterMs: number; // the same nonce with higher fees
  retryAfterMs: number; // after a refusal that may pass by itself
  foreignAfterMs: number; // a node may count a block's nonce before it serves the block's receipts
};

export const defaultPatience: Patience = {
  rebroadcastAfterMs: 3_000,
  replaceAfterMs: 30_000,
  retryAfterMs: 1_000,
  foreignAfterMs: 2_000,
};

/** What is known about a signed entry at the moment of a decision. Times are differences of a monotonic clock. */
export type View = {
  mined: Mined | undefined; // receipt of any attempt
  refusal: Refusal | undefined; // of the last broadcast
  nonceUsedForMs: number | undefined; // since the chain was first seen beyond the nonce, without a receipt of ours
  sinceSignedMs: number; // of the last attempt
  sinceBroadcastMs: number; // of the last attempt, again and again
  first: boolean; // no lower nonce is pending
  raised: Fees | undefined; // fees of a replacement, undefined above the cap
};

export type Step =
  | { kind: "mined"; mined: Mined }
  | { kind: "foreign" }
  | { kind: "replace"; fees: Fees }
  | { kind: "capped" } // a replacement is due but the cap forbids it
  | { kind: "broadcast" }
  | { kind: "wait" };

/** The one decision about a signed entry. Its bytes are never dropped while they could still be mined. */
export const nextStep = (view: View, patience: Patience): Step => {
  if (view.mined !== undefined) return { kind: "mined", mined: view.mined };
  if (view.nonceUsedForMs !== undefined) {
    return view.nonceUsedForMs >= patience.foreignAfterMs ? { kind: "foreign" } : { kind: "wait" };
  }
  const retryDue = view.sinceBroadcastMs >= patience.retryAfterMs;
  const stuck = view.refusal === "underpriced" ? retryDue : view.first && view.sinceSignedMs >= patience.replaceAfterMs;
  if (stuck && view.raised !== undefined) return { kind: "replace", fees: view.raised };
  if (view.sinceBroadcastMs >= patience.rebroadcastAfterMs) return stuck ? { kind: "capped" } : { kind: "broadcast" };
  const refused = view.refusal === "other" || view.refusal === "funds";
  return refused && retryDue ? { kind: "broadcast" } : { kind: "wait" };
};

/** The lowest nonce at or above the chain's count that no pending entry has: gaps are filled, nothing is used twice. */
export const freeNonce = (chainNonce: number, pending: Iterable<number>): number => {
  const used = new Set(pending);
  let nonce = chainNonce;
  while (used.has(nonce)) nonce++;
  return nonce;
};

/** Whether `head` extends `previous` directly; if not, blocks may have been missed or replaced. */
export const extendsHead = (
  previous: { number: bigint; hash: Hex },
  head: { number: bigint; parentHash: Hex },
): boolean => head.number === previous.number + 1n && head.parentHash === previous.hash;

/**
 * What becomes of entries whose blocks are gone. A reorganisation never reaches final ones: there the same bytes go
 * out again. When a final one is gone the chain was set back; signing continues from its nonce, and old bytes cannot
 * come in beside new ones of the same nonce.
 */
export const vanishedTo = (vanished: Pick<Entry, "state">[]): "signed" | "rolledBack" =>
  vanished.some(({ state }) => state === "final") ? "rolledBack" : "signed";
