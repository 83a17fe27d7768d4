import type { Clock } from "./clock.ts";
import { type Entry, freeNonce, type Refusal } from "./transaction-state.ts";

/** How a signed entry ended. */
export type Outcome =
  | { kind: "mined"; hash: `0x${string}`; blockNumber: bigint; status: "success" | "reverted" }
  | { kind: "rejected"; reason: string; error: string };

/** An entry with a nonce, on its way into a block. Times are of the monotonic clock. */
export type Pending = {
  entry: Entry;
  nonce: number;
  since: number;
  signedAt: number;
  broadcastAt: number;
  cappedAt: number; // when it was last said that the cap holds it up
  refusal: Refusal | undefined;
  isTaken: boolean; // a node has its last attempt
  nonceUsedSince: number | undefined;
  isBusy: boolean; // somebody works on it: never two at the same time
  isAwaited: boolean; // look again as soon as that is done
  settled: Promise<Outcome>;
  settle: (outcome: Outcome) => void;
  abandon: (reason: unknown) => void;
};

/** The one owner of the account's nonces: what is pending, and the chain's next nonce as far as known. */
export type Nonces = {
  pending: Map<number, Pending>;
  chain: () => number;
  /** Something mined or read: a count that a lagging node answers cannot lower it. */
  raise: (count: number) => void;
  /** After blocks have gone. */
  reset: (count: number) => void;
  /** The lowest nonce that is neither used nor pending. */
  free: () => number;
  /** Takes a nonce at once, before anything is awaited. */
  take: (entry: Entry, nonce: number) => Pending;
  /** Gives back a nonce that was never signed with. */
  release: (item: Pending) => void;
  finish: (item: Pending, outcome: Outcome) => void;
  /** Counts nonces that another sender has used. */
  addForeign: (count: number) => void;
  foreign: () => number;
};

const pendingItem = (entry: Entry, nonce: number, now: number): Pending => {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  promise.catch(() => {}); // after a restart nobody may be waiting
  return {
    entry,
    nonce,
    since: now,
    signedAt: now,
    broadcastAt: Number.NEGATIVE_INFINITY,
    cappedAt: Number.NEGATIVE_INFINITY,
    refusal: undefined,
    isTaken: false,
    nonceUsedSince: undefined,
    isBusy: false,
    isAwaited: false,
    settled: promise,
    settle: resolve,
    abandon: reject,
  };
};

export const createNonces = (clock: Clock): Nonces => {
  const pending = new Map<number, Pending>();
  let chain = 0;
  let foreign = 0;
  const leave = (item: Pending) => {
    if (pending.get(item.nonce) === item) pending.delete(item.nonce);
  };
  return {
    pending,
    chain: () => chain,
    raise: (count) => {
      chain = Math.max(chain, count);
    },
    reset: (count) => {
      chain = count;
    },
    free: () => freeNonce(chain, pending.keys()),
    take: (entry, nonce) => {
      const item = pendingItem(entry, nonce, clock.now());
      pending.set(nonce, item);
      return item;
    },
    release: leave,
    finish: (item, outcome) => {
      leave(item);
      item.settle(outcome);
    },
    addForeign: (count) => {
      foreign += count;
    },
    foreign: () => foreign,
  };
};
