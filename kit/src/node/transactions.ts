import type { Address, Hex, LocalAccount } from "viem";
import { InputError } from "../errors.ts";
import type { Chain } from "./chain.ts";
import { openJournal } from "./journal.ts";
import type { Logger } from "./log.ts";
import { createFeeWatch } from "./transaction-fees.ts";
import { createFollower, type Outcome } from "./transaction-follower.ts";
import { createTransactionNode } from "./transaction-node.ts";
import { defaultPatience, type Entry, gasLimit, type Patience } from "./transaction-state.ts";

export { type JournalLine, readJournal } from "./journal.ts";

const MAX_FEE_PER_GAS = 500n * 10n ** 9n;
const FINALITY_BLOCKS = 64n;

export type Intent = {
  /** Names the need, not the try: one key has at most one successful effect, across restarts too. */
  key: string;
  to: Address;
  data: Hex;
  value?: bigint;
  /** A gas limit, given to skip the simulation: for an intent that relies on one sent just before it. */
  gas?: bigint;
};

export type SendResult =
  | { kind: "mined"; hash: Hex; blockNumber: bigint; status: "success" | "reverted" }
  | { kind: "done"; hash: Hex } // this key had succeeded before
  | { kind: "rejected"; reason: string; error?: string }; // it was not mined; after a new look it may be sent again

export type Transactions = {
  /**
   * Simulates, signs, sends and waits for the block. Intents leave in the order of the calls with consecutive nonces,
   * several in flight at once. While a key is pending, a second call shares its result. Throws only when stopped: the
   * journal then holds what is open, and the next start resumes it.
   */
  send: (intent: Intent) => Promise<SendResult>;
  status: () => { pending: number; oldestPendingMs: number; feesCapped: boolean };
  close: () => void;
};

export type TransactionsParams = {
  chain: Pick<Chain, "id" | "client" | "watchHeads">;
  account: LocalAccount;
  journalPath: string;
  log: Logger;
  signal: AbortSignal;
  maxFeePerGas?: bigint; // fees are never raised above it
  finalityBlocks?: bigint; // no reorganisation reaches deeper
  patience?: Partial<Patience>;
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

const prepare = async (
  { chain, account, log, maxFeePerGas = MAX_FEE_PER_GAS }: TransactionsParams,
  signal: AbortSignal,
) => {
  const node = createTransactionNode({ client: chain.client, account: account.address, log, signal });
  const [head, tip, balance] = await node.persist(() => Promise.all([node.head(), node.tip(), node.balance()]));
  if (balance === 0n) {
    throw new InputError(
      `The account ${account.address} has no funds on chain ${chain.id}; send it some to pay for gas.`,
    );
  }
  // The curve library builds its tables at the first signature; the first transaction should not wait for them.
  await account.signMessage({ message: "" });
  return { node, head, fees: createFeeWatch({ node, head, tip, cap: maxFeePerGas }) };
};

/**
 * The one owner of an account's nonces on one chain. Each step is in the journal before the next is taken, so that a
 * kill at any point neither loses an intent nor sends it twice.
 *
 * @invariant KEE-1 one intent, at most one mined effect
 */
export const createTransactions = async (params: TransactionsParams): Promise<Transactions> => {
  const { chain, account, journalPath, log, finalityBlocks = FINALITY_BLOCKS } = params;
  const closed = new AbortController();
  const signal = AbortSignal.any([params.signal, closed.signal]);
  const { node, head, fees } = await prepare(params, signal);
  const journal = openJournal(journalPath, { chainId: chain.id, account: account.address });
  const follower = createFollower({
    chainId: chain.id,
    account,
    node,
    journal,
    fees,
    head,
    patience: { ...defaultPatience, ...params.patience },
    finalityBlocks,
    log,
    signal,
  });
  const sending = new Map<string, Promise<SendResult>>(); // by key, from the call until the result
  const takeTurn = createTurns();

  /** Simulations run side by side; signing waits its turn, so that nonces follow the order of the calls. */
  const signInTurn = async (intent: Omit<Entry, "id" | "state" | "nonce" | "attempts" | "mined">, recorded?: Entry) => {
    const turn = takeTurn();
    try {
      const estimate = intent.simulated ? await node.persist(() => node.estimate(intent)) : undefined;
      await turn.come;
      signal.throwIfAborted();
      if (estimate?.kind === "revert") {
        if (recorded !== undefined) journal.setState([recorded], "rejected");
        return estimate;
      }
      const gas = estimate === undefined ? intent.gas : gasLimit(estimate.gas);
      const entry = recorded ?? journal.record({ ...intent, gas });
      if (entry.gas !== gas) journal.setGas(entry, gas);
      log.debug({ key: intent.key }, "intent recorded");
      return await follower.sign(entry);
    } finally {
      turn.done();
    }
  };

  const start = async (intent: Parameters<typeof signInTurn>[0], recorded?: Entry): Promise<SendResult> => {
    const signed = await signInTurn(intent, recorded);
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

  const effectOf = (key: string): SendResult | undefined => {
    const entry = journal.newest(key);
    const isThere = entry?.state === "mined" || entry?.state === "final";
    return isThere && entry.mined?.status === "success" ? { kind: "done", hash: entry.mined.hash } : undefined;
  };

  const send = async ({ key, to, data, value = 0n, gas }: Intent): Promise<SendResult> => {
    signal.throwIfAborted();
    const underway: Promise<Outcome | SendResult> | undefined = sending.get(key) ?? follower.outcomeOf(key);
    const result = underway ?? effectOf(key);
    return result ?? track(key, start({ key, to, data, value, gas: gas ?? 0n, simulated: gas === undefined }));
  };

  const open = journal.open();
  if (open.length > 0) log.info({ entries: open.length }, "resuming transactions of the last run");
  await follower.resume(open);
  for (const entry of open) if (entry.state === "intent") track(entry.key, start(entry, entry));

  const stop = () => {
    follower.stop(signal.reason);
    journal.close();
  };
  signal.addEventListener("abort", stop, { once: true });
  chain.watchHeads((next) => {
    fees.onHead(next);
    follower.onHead(next);
  }, signal);
  return { send, status: () => ({ ...follower.status(), feesCapped: fees.isCapped() }), close: () => closed.abort() };
};
