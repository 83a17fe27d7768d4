import { type Address, keccak256, type LocalAccount } from "viem";
import { rootMessage } from "../errors.ts";
import type { Head } from "./heads.ts";
import type { Journal } from "./journal.ts";
import type { Logger } from "./log.ts";
import type { FeeWatch } from "./transaction-fees.ts";
import type { TransactionNode } from "./transaction-node.ts";
import {
  type Attempt,
  type Entry,
  extendsHead,
  type Fees,
  freeNonce,
  nextStep,
  type Patience,
  type Refusal,
  raisedFees,
  type Step,
  type View,
  vanishedTo,
} from "./transaction-state.ts";

const FINALISE_EVERY_BLOCKS = 16n;
const LAST_POLL_MS = 1_000;
const NONCE_DOUBT_MS = 1_000; // without a receipt for so long, ask whether the nonce is used
const CANCEL_GAS = 21_000n;

/** How a signed entry ended. */
export type Outcome =
  | { kind: "mined"; hash: `0x${string}`; blockNumber: bigint; status: "success" | "reverted" }
  | { kind: "rejected"; reason: string; error: string };

/** A signed entry on its way into a block. Times are of the monotonic clock. */
type Pending = {
  entry: Entry;
  nonce: number;
  since: number;
  signedAt: number;
  broadcastAt: number;
  refusal: Refusal | undefined;
  nonceUsedSince: number | undefined;
  settled: Promise<Outcome>;
  settle: (outcome: Outcome) => void;
  abandon: (reason: unknown) => void;
};

/** Gives nonces, and keeps signed entries going until each is in a block that stays. */
export type Follower = {
  /** Signs a recorded intent with the next nonce. */
  sign: (entry: Entry) => Promise<Pending>;
  /** Sends it out and waits for its end. */
  submit: (item: Pending) => Promise<Outcome>;
  /** Takes up signed entries of an earlier run. */
  resume: (entries: Entry[]) => Promise<void>;
  outcomeOf: (key: string) => Promise<Outcome> | undefined;
  onHead: (head: Head) => void;
  status: () => { pending: number; oldestPendingMs: number };
  stop: (reason: unknown) => void;
};

export type FollowerParams = {
  chainId: number;
  account: LocalAccount;
  node: TransactionNode;
  journal: Journal;
  fees: FeeWatch;
  head: Head;
  patience: Patience;
  finalityBlocks: bigint;
  log: Logger;
  signal: AbortSignal;
};

const pendingItem = (entry: Entry, nonce: number): Pending => {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  promise.catch(() => {}); // after a restart nobody may be waiting
  const now = performance.now();
  return {
    entry,
    nonce,
    since: now,
    signedAt: now,
    broadcastAt: Number.NEGATIVE_INFINITY,
    refusal: undefined,
    nonceUsedSince: undefined,
    settled: promise,
    settle: resolve,
    abandon: reject,
  };
};

const lastAttempt = ({ attempts, key }: Entry): Attempt => {
  const last = attempts.at(-1);
  if (last === undefined) throw new Error(`${key} was never signed`);
  return last;
};

const cancellation = (hash: string, self: Address) =>
  ({ key: `cancel ${hash}`, to: self, data: "0x", value: 0n, gas: CANCEL_GAS, simulated: false }) as const;

export const createFollower = (params: FollowerParams): Follower => {
  const { chainId, account, node, journal, fees, patience, finalityBlocks, log, signal } = params;
  const pending = new Map<number, Pending>(); // by nonce
  let head = params.head;
  let chainNonce = 0; // the account's next one in a block, as far as known
  let discontinuous = false; // a head did not extend the one before it
  let finalisedAt = head.number;

  /* SIGN AND BROADCAST */

  const addPending = (entry: Entry, nonce: number): Pending => {
    const item = pendingItem(entry, nonce);
    pending.set(nonce, item);
    return item;
  };

  const addAttempt = async (entry: Entry, nonce: number, attemptFees: Fees): Promise<Attempt> => {
    const { to, data, value, gas } = entry;
    const raw = await account.signTransaction({
      type: "eip1559",
      chainId,
      nonce,
      to,
      data,
      value,
      gas,
      ...attemptFees,
    });
    signal.throwIfAborted();
    const attempt = { ...attemptFees, raw, hash: keccak256(raw) };
    journal.signed(entry, nonce, attempt);
    log.debug({ key: entry.key, nonce, hash: attempt.hash }, "transaction signed");
    return attempt;
  };

  const broadcast = async (item: Pending): Promise<void> => {
    const { entry, nonce } = item;
    const { hash, raw } = lastAttempt(entry);
    item.broadcastAt = performance.now();
    const { refusal, message } = await node.broadcast(raw);
    if (signal.aborted) return;
    item.refusal = refusal === "known" ? undefined : refusal;
    if (item.refusal !== undefined) {
      log[refusal === "funds" ? "error" : "warn"]({ key: entry.key, hash, refusal, message }, "transaction refused");
    } else if (entry.state === "signed") {
      journal.setState([entry], "broadcast");
      log.debug({ key: entry.key, nonce, hash }, "transaction broadcast");
    }
  };

  /* FOLLOW */

  const finish = (item: Pending, outcome: Outcome): void => {
    pending.delete(item.nonce);
    item.settle(outcome);
  };

  const apply = async (item: Pending, step: Step): Promise<void> => {
    const { entry, nonce } = item;
    switch (step.kind) {
      case "mined": {
        const { hash, blockNumber, status } = step.mined;
        journal.mined(entry, step.mined);
        chainNonce = Math.max(chainNonce, nonce + 1);
        const ms = Math.round(performance.now() - item.since);
        log.info(
          { key: entry.key, nonce, hash, blockNumber, status, attempts: entry.attempts.length, ms },
          "transaction mined",
        );
        return finish(item, { kind: "mined", hash, blockNumber, status });
      }
      case "foreign": {
        journal.setState([entry], "foreign");
        chainNonce = Math.max(chainNonce, nonce + 1);
        const reason = `nonce ${nonce} was used by another sender with the key of ${account.address}`;
        log.error({ key: entry.key, nonce }, "nonce used by another sender");
        return finish(item, { kind: "rejected", reason, error: "NonceForeign" });
      }
      case "replace":
        await addAttempt(entry, nonce, step.fees);
        item.signedAt = performance.now();
        log.warn({ key: entry.key, nonce, ...step.fees }, "transaction replaced with higher fees");
        return broadcast(item);
      case "capped":
        log.error({ key: entry.key, nonce, cap: fees.cap }, "transaction waits, its fees are at the cap");
        return broadcast(item);
      case "broadcast":
        return broadcast(item);
      case "wait":
        return;
    }
  };

  const advance = async (item: Pending): Promise<void> => {
    const { entry, nonce } = item;
    const mined = await node.minedOf(entry.attempts);
    const doubtful = item.refusal === "nonceUsed" || performance.now() - item.broadcastAt >= NONCE_DOUBT_MS;
    const used = mined === undefined && doubtful && (await node.nonce()) > nonce;
    signal.throwIfAborted();

    const now = performance.now();
    item.nonceUsedSince = used ? (item.nonceUsedSince ?? now) : undefined;
    const view: View = {
      mined,
      refusal: item.refusal,
      nonceUsedForMs: item.nonceUsedSince === undefined ? undefined : now - item.nonceUsedSince,
      sinceSignedMs: now - item.signedAt,
      sinceBroadcastMs: now - item.broadcastAt,
      first: nonce === Math.min(...pending.keys()),
      raised: raisedFees({ last: lastAttempt(entry), market: fees.market(), cap: fees.cap }),
    };
    await apply(item, nextStep(view, patience));
  };

  /* REORGANISATION */

  /** Walks down from the newest block with an entry until one is still there; ancestors of a block that is there are. */
  const verifyMined = async (): Promise<void> => {
    const vanished: Entry[] = [];
    for (const entry of journal.minedDown()) {
      if (entry.mined === undefined || (await node.isCanonical(entry.mined))) break;
      signal.throwIfAborted();
      vanished.push(entry);
    }
    const nonce = await node.nonce();
    signal.throwIfAborted();
    // A node that lags may count too few; only a block that is gone can lower the count.
    chainNonce = vanished.length === 0 ? Math.max(chainNonce, nonce) : nonce;
    if (vanished.length > 0) await takeBack(vanished);
  };

  const takeBack = async (vanished: Entry[]): Promise<void> => {
    const state = vanishedTo(vanished);
    const keys = vanished.slice(0, 5).map(({ key }) => key);
    log.warn({ entries: vanished.length, keys, state }, "blocks of sent transactions are gone");
    if (state === "rolledBack") {
      journal.setState([...vanished, ...[...pending.values()].map(({ entry }) => entry)], "rolledBack");
      for (const item of pending.values()) {
        finish(item, { kind: "rejected", reason: "the chain was set back", error: "ChainSetBack" });
      }
      return;
    }
    for (const entry of vanished.toSorted((a, b) => a.id - b.id)) await revive(entry);
  };

  /** Sends the same bytes again; but where the key was sent again meanwhile, spends the nonce on nothing instead. */
  const revive = async (entry: Entry): Promise<void> => {
    const nonce = entry.nonce as number; // mined, so it had one
    if (journal.newest(entry.key)?.id === entry.id) {
      journal.setState([entry], "signed");
      addPending(entry, nonce);
      return;
    }
    const last = lastAttempt(entry);
    journal.setState([entry], "superseded");
    const empty = journal.record(cancellation(last.hash, account.address));
    await addAttempt(empty, nonce, raisedFees({ last, market: fees.market(), cap: fees.cap }) ?? last);
    addPending(empty, nonce);
  };

  /* WATCH */

  let checking = false;
  let checkAgain = false;
  let pollMs = 1;
  let timer: NodeJS.Timeout | undefined;

  const look = async (): Promise<void> => {
    if (discontinuous) {
      discontinuous = false;
      await verifyMined().catch((error: unknown) => {
        discontinuous = true;
        throw error;
      });
    }
    await Promise.all([...pending.values()].map(advance));
  };

  /** Looks at everything pending, never twice at the same time: a head and a timer that coincide make one look. */
  const check = async (): Promise<void> => {
    checkAgain = checking;
    if (checking || signal.aborted) return;
    checking = true;
    clearTimeout(timer);
    try {
      do {
        checkAgain = false;
        await look();
      } while (checkAgain && !signal.aborted);
    } catch (error) {
      if (!signal.aborted) log.warn({ cause: rootMessage(error) }, "the node does not answer, looking again later");
    }
    checking = false;
    if (signal.aborted || (pending.size === 0 && !discontinuous)) return;
    timer = setTimeout(check, pollMs);
    pollMs = Math.min(pollMs * 2, LAST_POLL_MS);
  };

  /** A block may come within a millisecond: look at once, then at doubling intervals, and at every head. */
  const watchClosely = (): void => {
    pollMs = 1;
    void check();
  };

  return {
    sign: async (entry) => {
      const nonce = freeNonce(chainNonce, pending.keys());
      await addAttempt(entry, nonce, fees.market());
      return addPending(entry, nonce);
    },
    submit: async (item) => {
      await broadcast(item);
      watchClosely();
      return item.settled;
    },
    resume: async (entries) => {
      for (const entry of entries) if (entry.nonce !== undefined) addPending(entry, entry.nonce);
      await node.persist(verifyMined);
      watchClosely();
    },
    outcomeOf: (key) => [...pending.values()].find(({ entry }) => entry.key === key)?.settled,
    onHead: (next) => {
      discontinuous ||= next.hash !== head.hash && !extendsHead(head, next);
      head = next;
      if (!discontinuous && next.number >= finalisedAt + FINALISE_EVERY_BLOCKS) {
        finalisedAt = next.number;
        journal.finalise(next.number - finalityBlocks);
      }
      if (pending.size > 0 || discontinuous) void check();
    },
    status: () => ({
      pending: pending.size,
      oldestPendingMs: Math.max(0, ...[...pending.values()].map(({ since }) => performance.now() - since)),
    }),
    stop: (reason) => {
      clearTimeout(timer);
      for (const { abandon } of pending.values()) abandon(reason);
    },
  };
};
