// Where a transaction ends, whatever happened to the page or the wallet meanwhile.
import {
  type Address,
  type Client,
  type Hex,
  isAddressEqual,
  TransactionNotFoundError,
  type TransactionReceipt,
} from "viem";
import {
  getBlock,
  getBlockNumber,
  getTransaction,
  getTransactionCount,
  getTransactionReceipt,
  waitForTransactionReceipt,
} from "viem/actions";
import type { Attempt } from "./pending.ts";

/** `gone`: another transaction of the account took its place; `was` is its hash where it was found. */
export type Landing = { kind: "mined"; receipt: TransactionReceipt } | { kind: "gone" };

export type FollowParams = {
  client: Client;
  attempt: Attempt;
  hash: Hex | undefined; // unknown when the page went away while the wallet was asked
  onHash: (hash: Hex) => void; // the wallet's replacement, or the one found by its nonce
  signal: AbortSignal;
};

const LOOK_MS = 1_000;
const SCANNED_BLOCKS = 512n; // of a transaction whose hash got lost; older ones are told apart by hand

const isKnown = async (client: Client, hash: Hex): Promise<boolean> => {
  try {
    await getTransaction(client, { hash });
    return true;
  } catch (error) {
    if (error instanceof TransactionNotFoundError) return false;
    throw error;
  }
};

/** The mined transaction of that account and nonce, from the block on in which it was asked for. */
const findByNonce = async (client: Client, { from, nonce, block }: Attempt): Promise<Hex | undefined> => {
  const head = await getBlockNumber(client, { cacheTime: 0 });
  const last = head > block + SCANNED_BLOCKS ? block + SCANNED_BLOCKS : head;
  for (let height = block; height <= last; height += 1n) {
    const { transactions } = await getBlock(client, { blockNumber: height, includeTransactions: true });
    const found = transactions.find((one) => isAddressEqual(one.from, from) && one.nonce === nonce);
    if (found !== undefined) return found.hash;
  }
  return undefined;
};

const waitFor = async ({ client, attempt, onHash, signal }: FollowParams, hash: Hex): Promise<Landing> => {
  let isOther = false;
  const receipt = await waitForTransactionReceipt(client, {
    hash,
    signal,
    timeout: 0, // a transaction may wait for days
    replacement: attempt,
    onReplaced: ({ reason, transaction }) => {
      isOther = reason !== "repriced";
      if (!isOther) onHash(transaction.hash);
    },
  });
  return isOther ? { kind: "gone" } : { kind: "mined", receipt };
};

const pause = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    setTimeout(resolve, LOOK_MS);
  });

/** One look: waits where the node knows the hash, else asks whether the account's nonce is used up. */
const look = async (params: FollowParams): Promise<Landing | undefined> => {
  const { client, attempt, hash, onHash } = params;
  if (hash !== undefined && (await isKnown(client, hash))) return waitFor(params, hash);
  if ((await getTransactionCount(client, { address: attempt.from as Address })) <= attempt.nonce) return undefined;
  const found = await findByNonce(client, attempt);
  if (found === undefined) return { kind: "gone" };
  onHash(found);
  return { kind: "mined", receipt: await getTransactionReceipt(client, { hash: found }) };
};

/** Waits until the transaction is mined or can never be; a node that does not answer is asked again. */
export const follow = async (params: FollowParams, isUnreachable: (error: unknown) => boolean): Promise<Landing> => {
  for (;;) {
    try {
      params.signal.throwIfAborted();
      const landing = await look(params);
      if (landing !== undefined) return landing;
    } catch (error) {
      if (params.signal.aborted || !isUnreachable(error)) throw error;
    }
    await pause(params.signal);
  }
};
