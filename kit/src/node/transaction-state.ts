import type { Address, Hex } from "viem";
import { mulDivUp } from "../fixed-math.ts";

/**
 * The rules of the transaction manager, free of IO and clocks: what an entry's next step is, how fees rise, what a
 * node's refusal means, and which entries a reorganisation has taken back.
 *
 * An entry goes intent → signed → broadcast → mined → final. Side exits: `rejected` (its simulation failed after a
 * restart, before it was ever signed), `foreign` (its nonce was used by somebody else with this key), `superseded` (it
 * reverted or was foreign, then a reorganisation revived its nonce: that is spent on nothing instead) and `rolledBack`
 * (the chain was set back below final entries: a local chain restored from an older state).
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

/** A transaction in a block. */
export type Place = { hash: Hex; blockNumber: bigint; blockHash: Hex };

export type Mined = Place & { status: "success" | "reverted" };

export type Entry = {
  id: number;
  key: string;
  to: Address;
  data: Hex;
  value: bigint;
  gas: bigint; // limit
  simulated: boolean; // false: the caller gave the limit and wanted no simulation
  state: EntryState;
  nonce: number | undefined; // undefined: not given yet
  attempts: Attempt[]; // oldest first
  mined: Mined | undefined;
  foreign: Place | undefined; // who used the nonce instead, where that is known
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

const max = (a: bigint, b: bigint) => (a > b ? a : b);
const min = (a: bigint, b: bigint) => (a < b ? a : b);

/** Fees of a new transaction: room for six full blocks, never above `cap`. */
export const marketFees = ({ baseFee, tip, cap }: { baseFee: bigint; tip: bigint; cap: bigint }): Fees => ({
  maxFeePerGas: min(2n * baseFee + tip, cap),
  maxPriorityFeePerGas: min(tip, cap),
});

/** Nodes replace only when both fields rise by 10 %; an eighth leaves room for rounding. Undefined: the cap forbids it. */
export const raisedFees = ({ last, market, cap }: { last: Fees; market: Fees; cap: bigint }): Fees | undefined => {
  const leastFee = mulDivUp(last.maxFeePerGas, 9n, 8n) + 1n;
  const leastTip = mulDivUp(last.maxPriorityFeePerGas, 9n, 8n) + 1n;
  if (leastFee > cap || leastTip > cap) return undefined;
  const maxFeePerGas = min(max(leastFee, market.maxFeePerGas), cap);
  return { maxFeePerGas, maxPriorityFeePerGas: min(max(leastTip, market.maxPriorityFeePerGas), maxFeePerGas) };
};

/** The gas limit for an estimate: a callee that catches errors can make an estimate too small for a full success. */
export const gasLimit = (estimate: bigint, least: bigint): bigint => max((estimate * 5n) / 4n + 10_000n, least);

export type Patience = {
  rebroadcastAfterMs: number; // the same bytes again: a node may have forgotten them
  replaceAfterMs: number; // the same nonce with higher fees
  retryAfterMs: number; // after a refusal that may pass by itself
  foreignAfterMs: number; // a used nonce without a receipt of ours, where its user cannot be found in a block
  mendAfterMs: number; // a nonce below all pending ones that nothing uses
  setBackAfterMs: number; // final blocks that are not there: a node may lag, or belong to another chain
};

export const defaultPatience: Patience = {
  rebroadcastAfterMs: 3_000,
  replaceAfterMs: 30_000,
  retryAfterMs: 1_000,
  foreignAfterMs: 120_000,
  mendAfterMs: 10_000,
  setBackAfterMs: 10_000,
};

/** The block's own word on who used a nonce: this entry, another one of this journal, somebody else with the key. */
export type NonceUser = "mine" | "ours" | "other" | "unknown";

/** What is known about a pending entry at the moment of a decision. Times are differences of a monotonic clock. */
export type View = {
  mined: Mined | undefined; // receipt of any attempt
  refusal: Refusal | undefined; // of the last broadcast
  nonceUsedForMs: number | undefined; // since the chain was first seen beyond the nonce, without a receipt of ours
  nonceUser: NonceUser;
  nonceUsedIn: Place | undefined;
  sinceSignedMs: number; // of the last attempt
  sinceBroadcastMs: number; // of the last attempt, again and again
  first: boolean; // no lower nonce is pending
  raised: Fees | undefined; // fees of a replacement, undefined above the cap
  isSigned: boolean; // false: its nonce is given, its first attempt could not be written yet
};

export type Step =
  | { kind: "mined"; mined: Mined }
  | { kind: "foreign"; user: NonceUser; place: Place | undefined }
  | { kind: "sign" }
  | { kind: "replace"; fees: Fees }
  | { kind: "capped" } // a replacement is due but the cap forbids it
  | { kind: "broadcast" }
  | { kind: "wait" };

/** The one decision about a pending entry. Its bytes are never dropped while they could still be mined. */
export const nextStep = (view: View, patience: Patience): Step => {
  if (view.mined !== undefined) return { kind: "mined", mined: view.mined };
  if (view.nonceUsedForMs !== undefined) {
    // A node counts a block's nonce before it serves the block's receipts: without proof only time tells.
    const { nonceUser: user, nonceUsedIn: place } = view;
    const isProven = user === "other" || user === "ours";
    const isOver = isProven || (user === "unknown" && view.nonceUsedForMs >= patience.foreignAfterMs);
    return isOver ? { kind: "foreign", user, place } : { kind: "wait" };
  }
  if (!view.isSigned) return { kind: "sign" };
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
 * out again. When a final one is gone the chain was set back, or the node lags or is of another chain, so that must
 * last; then signing continues from the chain's nonce, and old bytes cannot come in beside new ones of the same nonce.
 */
export const vanishedTo = (vanished: Pick<Entry, "state">[], lastedMs: number, patience: Patience) => {
  if (!vanished.some(({ state }) => state === "final")) return "takenBack";
  return lastedMs >= patience.setBackAfterMs ? "rolledBack" : "undecided";
};

/**
 * Nonces below every pending one that nothing will ever use, as far as can be known: at or above the chain's count and
 * above what is known to be mined. Pending transactions wait behind such a gap for good.
 */
export const gapBelow = (pending: number[], chainNonce: number, highestMined: number): number[] => {
  const start = Math.max(chainNonce, highestMined + 1);
  const lowest = Math.min(...pending);
  return pending.length === 0 ? [] : Array.from({ length: Math.max(0, lowest - start) }, (_, i) => start + i);
};
