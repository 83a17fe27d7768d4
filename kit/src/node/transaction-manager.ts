import type { LocalAccount } from "viem";
import { type Clock, persist } from "./clock.ts";
import type { Head, WatchHeads } from "./heads.ts";
import type { Journal, Request } from "./journal.ts";
import type { Logger } from "./log.ts";
import { createBalanceWatch } from "./transaction-balance.ts";
import { createFeeWatch } from "./transaction-fees.ts";
import { createFollower } from "./transaction-follower.ts";
import type { TransactionNode } from "./transaction-node.ts";
import { createNonces, type Outcome } from "./transaction-pending.ts";
import { createRepair } from "./transaction-repair.ts";
import { createSender } from "./transaction-sender.ts";
import { type Entry, gasLimit, type Patience } from "./transaction-state.ts";
import type { Intent, SendResult, Transactions } from "./transactions.ts";

export type ManagerParams = {
  chainId: number;
  account: LocalAccount;
  node: TransactionNode;
  watchHeads: WatchHeads;
  journal: Journal;
  clock: Clock;
  log: Logger;
  signal: AbortSignal;
  start: { head: Head; tip: bigint; balance: bigint };
  maxFeePerGas: bigint;
  finalityBlocks: bigint;
  reserveTransactions: bigint;
  patience: Patience;
};

/** Hands out turns in the order of the calls. */
const createTurns = () => {
  let last: Promise<void> = Promise.resolve();
  return () => {
    const { promise, resolve: done } = Promise.withResolvers<void>();
    const come = last;
    last = promise;
    return { come, done };
  };
};

const createParts = (params: ManagerParams) => {
  const { account, clock, node, start, maxFeePerGas, reserveTransactions, log } = params;
  const nonces = createNonces(clock);
  const fees = createFeeWatch({ node, clock, head: start.head, tip: start.tip, cap: maxFeePerGas });
  const reserve = { reserveTransactions, balance: start.balance };
  const balance = createBalanceWatch({ node, clock, fees, account: account.address, log, ...reserve });
  const heads = { newest: start.head };
  const sender = createSender({ ...params, nonces, fees, newest: () => heads.newest });
  const repair = createRepair({ ...params, account: account.address, nonces });
  const follower = createFollower({ ...params, sender, repair, nonces, head: start.head });
  return { nonces, fees, heads, balance, sender, repair, follower };
};

/** Takes up what an earlier run has left, and says what cannot be explained by it. */
const resume = async (params: ManagerParams, { nonces, repair }: ReturnType<typeof createParts>): Promise<Entry[]> => {
  const { journal, clock, log, signal } = params;
  const open = journal.open();
  if (open.length > 0) log.info({ entries: open.length }, "resuming transactions of the last run");
  for (const entry of open) if (entry.nonce !== undefined) nonces.take(entry, entry.nonce);
  await persist({ clock, log, signal }, async () => {
    if (!(await repair.verify())) throw new Error("blocks with transactions of the journal are gone");
  });
  const foreign = repair.unexplained();
  nonces.addForeign(foreign.length);
  if (foreign.length > 0) log.error({ nonces: foreign }, "nonces used by another sender while this one was stopped");
  return open.filter(({ nonce, state }) => nonce === undefined && state === "intent");
};

/** The transaction manager over a given node, journal and clock; `createTransactions` gives it the real ones. */
export const createManager = async (params: ManagerParams): Promise<Omit<Transactions, "close">> => {
  const { node, journal, clock, log, signal } = params;
  const parts = createParts(params);
  const { nonces, fees, heads, balance, sender, follower } = parts;
  const sending = new Map<string, Promise<SendResult>>(); // by key, from the call until the result
  const takeTurn = createTurns();

  /** Simulations run side by side; signing waits its turn, so that nonces follow the order of the calls. */
  const signInTurn = async (request: Request, leastGas: bigint, recorded?: Entry) => {
    const turn = takeTurn();
    try {
      const simulate = () => node.estimate(request);
      const estimate = request.simulated ? await persist({ clock, log, signal }, simulate) : undefined;
      await turn.come;
      signal.throwIfAborted();
      if (estimate?.kind === "revert") {
        if (recorded !== undefined) journal.setState([recorded], "rejected");
        return estimate;
      }
      const limit = estimate === undefined ? request.gas : gasLimit(estimate.gas, leastGas);
      const entry = recorded ?? journal.record({ ...request, gas: limit });
      if (entry.gas !== limit) journal.setGas(entry, limit);
      log.debug({ key: request.key }, "intent recorded");
      return await sender.sign(entry);
    } finally {
      turn.done();
    }
  };

  const start = async (request: Request, leastGas: bigint, recorded?: Entry): Promise<SendResult> => {
    const signed = await signInTurn(request, leastGas, recorded);
    if (!("kind" in signed)) return follower.submit(signed);
    const { reason, error } = signed;
    return { kind: "rejected", reason, ...(error === undefined ? {} : { error }) };
  };

  const track = (key: string, result: Promise<SendResult>): Promise<SendResult> => {
    const forget = () => void sending.delete(key);
    sending.set(key, result);
    result.then(forget, forget);
    return result;
  };

  const pendingOutcome = (key: string): Promise<Outcome> | undefined =>
    [...nonces.pending.values()].find(({ entry }) => entry.key === key)?.settled;

  const send = async (intent: Intent): Promise<SendResult> => {
    signal.throwIfAborted();
    const { key, to, data, value = 0n, gas, leastGas = 0n } = intent;
    const underway: Promise<Outcome | SendResult> | undefined = sending.get(key) ?? pendingOutcome(key);
    if (underway !== undefined) return underway;
    const newest = journal.newest(key);
    const isThere = newest?.state === "mined" || newest?.state === "final";
    if (isThere && newest.mined?.status === "success") return { kind: "done", hash: newest.mined.hash };
    if (fees.isCapped()) {
      return { kind: "rejected", reason: `the base fee is above the cap of ${fees.cap} wei`, error: "FeesCapped" };
    }
    // Recorded but not signed, as the journal could not be written in between: that entry goes on.
    const recorded = newest?.state === "intent" ? newest : undefined;
    const request = { key, to, data, value, gas: gas ?? 0n, simulated: gas === undefined };
    return track(key, start(request, leastGas, recorded));
  };

  const oldestPendingMs = () => {
    const now = clock.now();
    return Math.max(0, ...[...nonces.pending.values()].map(({ since }) => now - since));
  };

  // Nobody may come back for what was recorded, so it is tried until it can be written and sent.
  for (const entry of await resume(params, parts)) {
    const again = persist({ clock, log, signal }, () => start(entry, entry.gas, entry));
    track(entry.key, again).catch(() => {});
  }
  signal.addEventListener("abort", () => follower.stop(signal.reason), { once: true });
  follower.start();
  params.watchHeads((next) => {
    heads.newest = next;
    fees.onHead(next);
    balance.onHead();
    follower.onHead(next);
  }, signal);
  return {
    send,
    status: () => ({
      pending: nonces.pending.size,
      oldestPendingMs: oldestPendingMs(),
      feesCapped: fees.isCapped(),
      ...balance.status(),
      journalError: journal.failure(),
      foreignNonces: nonces.foreign(),
    }),
  };
};
