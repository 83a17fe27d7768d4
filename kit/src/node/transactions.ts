import type { Address, Hex, LocalAccount } from "viem";
import { InputError } from "../errors.ts";
import type { Chain } from "./chain.ts";
import { persist, systemClock } from "./clock.ts";
import { openJournal } from "./journal-file.ts";
import type { Logger } from "./log.ts";
import type { BalanceStatus } from "./transaction-balance.ts";
import { createManager } from "./transaction-manager.ts";
import { createTransactionNode } from "./transaction-node.ts";
import { defaultPatience, type Patience } from "./transaction-state.ts";

export { type JournalLine, readJournal } from "./journal-file.ts";

const MAX_FEE_PER_GAS = 500n * 10n ** 9n;
const FINALITY_BLOCKS = 64n;
const RESERVE_TRANSACTIONS = 100n;

export type Intent = {
  /** Names the need, not the try: one key has at most one successful effect, across restarts too. */
  key: string;
  to: Address;
  data: Hex;
  value?: bigint;
  /** A gas limit, given to skip the simulation: for an intent that relies on one sent just before it. */
  gas?: bigint;
  /** The gas limit is at least this: a callee that catches errors lets an estimate be too small for the whole effect. */
  leastGas?: bigint;
};

export type SendResult =
  | { kind: "mined"; hash: Hex; blockNumber: bigint; status: "success" | "reverted" }
  | { kind: "done"; hash: Hex } // this key had succeeded before
  | { kind: "rejected"; reason: string; error?: string }; // it was not mined; after a new look it may be sent again

export type TransactionsStatus = BalanceStatus & {
  pending: number;
  oldestPendingMs: number;
  feesCapped: boolean; // a block costs more than the cap: new intents are rejected
  journalError: string | undefined; // nothing can be written, so nothing is sent
  foreignNonces: number; // since the start, used by another sender with this key
};

const OLD_MS = 120_000;

/** What is wrong with sending, a sentence each, for /health. */
export const transactionFaults = (status: TransactionsStatus): string[] => [
  ...(status.journalError === undefined ? [] : [status.journalError]),
  ...(status.lowBalance === undefined ? [] : [status.lowBalance]),
  ...(status.feesCapped
    ? ["A block costs more than the fee cap: nothing is sent until it falls, or the cap is raised."]
    : []),
  ...(status.oldestPendingMs > OLD_MS
    ? [`A transaction has waited for ${Math.round(status.oldestPendingMs / 1_000)} s to be mined.`]
    : []),
];

export type Transactions = {
  /**
   * Simulates, signs, sends and waits for the block. Intents leave in the order of the calls with consecutive nonces,
   * several in flight at once. While a key is pending, a second call shares its result. Throws when stopped, or when
   * the journal cannot be written: what is open is then in the journal, and this or the next run resumes it.
   */
  send: (intent: Intent) => Promise<SendResult>;
  status: () => TransactionsStatus;
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
  reserveTransactions?: bigint; // the balance is low when it does not pay for so many
  patience?: Partial<Patience>;
};

/**
 * The one owner of an account's nonces on one chain. Each step is in the journal before the next is taken, so that a
 * kill at any point neither loses an intent nor sends it twice.
 *
 * @invariant KEE-1 one intent, at most one mined effect
 */
export const createTransactions = async (params: TransactionsParams): Promise<Transactions> => {
  const { chain, account, log } = params;
  const closed = new AbortController();
  const signal = AbortSignal.any([params.signal, closed.signal]);
  const node = createTransactionNode({ client: chain.client, account: account.address });
  const [head, tip, balance] = await persist({ clock: systemClock, log, signal }, () =>
    Promise.all([node.head(), node.tip(), node.balance()]),
  );
  if (balance === 0n) {
    throw new InputError(
      `The account ${account.address} has no funds on chain ${chain.id}; send it some to pay for gas.`,
    );
  }
  // The curve library builds its tables at the first signature; the first transaction should not wait for them.
  await account.signMessage({ message: "" });
  signal.throwIfAborted();
  const journal = openJournal(params.journalPath, { chainId: chain.id, account: account.address });
  signal.addEventListener("abort", journal.close, { once: true });
  const { send, status } = await createManager({
    ...{ chainId: chain.id, account, node, watchHeads: chain.watchHeads, journal, clock: systemClock, log, signal },
    start: { head, tip, balance },
    maxFeePerGas: params.maxFeePerGas ?? MAX_FEE_PER_GAS,
    finalityBlocks: params.finalityBlocks ?? FINALITY_BLOCKS,
    reserveTransactions: params.reserveTransactions ?? RESERVE_TRANSACTIONS,
    patience: { ...defaultPatience, ...params.patience },
  });
  return { send, status, close: () => closed.abort() };
};
