import { keccak256, type LocalAccount } from "viem";
import type { Clock } from "./clock.ts";
import type { Head } from "./heads.ts";
import type { Journal } from "./journal.ts";
import type { Logger } from "./log.ts";
import type { FeeWatch } from "./transaction-fees.ts";
import type { BlockPlace, TransactionNode } from "./transaction-node.ts";
import type { Nonces, Pending } from "./transaction-pending.ts";
import {
  type Attempt,
  type Entry,
  type Fees,
  nextStep,
  type Patience,
  raisedFees,
  type Step,
  type View,
} from "./transaction-state.ts";

const NONCE_DOUBT_MS = 1_000; // without a receipt for so long, ask whether the nonce is used
const CAPPED_LOG_MS = 60_000;

export type SenderParams = {
  chainId: number;
  account: LocalAccount;
  node: TransactionNode;
  journal: Journal;
  nonces: Nonces;
  fees: FeeWatch;
  newest: () => Head; // announced
  patience: Patience;
  clock: Clock;
  log: Logger;
  signal: AbortSignal;
};

type Usage = Pick<View, "nonceUser" | "nonceUsedIn"> & { isCurrent: boolean };

/** Takes one pending entry forward: signs, broadcasts, looks for its receipt, replaces, concludes. */
export type Sender = {
  /** Signs a recorded intent with the next free nonce. */
  sign: (entry: Entry) => Promise<Pending>;
  broadcast: (item: Pending) => Promise<void>;
  /** One look at the chain and the one step that follows from it. */
  advance: (item: Pending) => Promise<void>;
};

export const createSender = (params: SenderParams): Sender => {
  const { chainId, account, node, journal, nonces, fees, newest, patience, clock, log, signal } = params;

  const addAttempt = async (item: Pending, attemptFees: Fees): Promise<void> => {
    const { entry, nonce } = item;
    const { to, data, value, gas } = entry;
    const call = { to, data, value, gas, ...attemptFees };
    const raw = await account.signTransaction({ type: "eip1559", chainId, nonce, ...call });
    signal.throwIfAborted();
    const attempt: Attempt = { ...attemptFees, raw, hash: keccak256(raw) };
    journal.signed(entry, nonce, attempt);
    item.signedAt = clock.now();
    log.debug({ key: entry.key, nonce, hash: attempt.hash }, "transaction signed");
  };

  const broadcast = async (item: Pending): Promise<void> => {
    const { entry, nonce } = item;
    const attempt = entry.attempts.at(-1);
    if (attempt === undefined) return;
    const { hash, raw } = attempt;
    item.broadcastAt = clock.now();
    const { refusal, message } = await node.broadcast(raw);
    if (signal.aborted || nonces.pending.get(nonce) !== item) return;
    item.refusal = refusal === "known" ? undefined : refusal;
    item.isTaken = item.refusal === undefined;
    if (item.refusal !== undefined) {
      log[refusal === "funds" ? "error" : "warn"]({ key: entry.key, hash, refusal, message }, "transaction refused");
    }
  };

  /** Written when a look finds it not mined yet: where blocks come at once, nothing waits for this write. */
  const noteBroadcast = ({ entry, nonce, isTaken }: Pending): void => {
    if (!isTaken || entry.state !== "signed") return;
    journal.setState([entry], "broadcast");
    log.debug({ key: entry.key, nonce, hash: entry.attempts.at(-1)?.hash }, "transaction broadcast");
  };

  /** What is signed with a nonce that had other bytes before must outbid those. */
  const openingFees = (nonce: number): Fees => {
    const last = journal.lastFees(nonce);
    const market = fees.market();
    return last === undefined ? market : (raisedFees({ last, market, cap: fees.cap }) ?? last);
  };

  const conclude = (item: Pending, user: View["nonceUser"], place: Entry["foreign"]): void => {
    const { entry, nonce } = item;
    journal.foreign(entry, place);
    nonces.raise(nonce + 1);
    if (user === "ours") {
      const reason = `nonce ${nonce} was used by an earlier transaction of this journal`;
      log.info({ key: entry.key, nonce }, "nonce was used before");
      nonces.finish(item, { kind: "rejected", reason, error: "NonceUsed" });
      return;
    }
    nonces.addForeign(1);
    const reason = `nonce ${nonce} was used by another sender with the key of ${account.address}`;
    log.error({ key: entry.key, nonce, by: place?.hash }, "nonce used by another sender");
    nonces.finish(item, { kind: "rejected", reason, error: "NonceForeign" });
  };

  const finishMined = (item: Pending, mined: NonNullable<Entry["mined"]>): void => {
    const { entry, nonce } = item;
    const { hash, blockNumber, status } = mined;
    journal.mined(entry, mined);
    nonces.raise(nonce + 1);
    const ms = Math.round(clock.now() - item.since);
    const attempts = entry.attempts.length;
    log.info({ key: entry.key, nonce, hash, blockNumber, status, attempts, ms }, "transaction mined");
    nonces.finish(item, { kind: "mined", hash, blockNumber, status });
  };

  const apply = async (item: Pending, step: Step): Promise<void> => {
    const { entry, nonce } = item;
    switch (step.kind) {
      case "mined":
        return finishMined(item, step.mined);
      case "foreign":
        return conclude(item, step.user, step.place);
      case "sign":
        await addAttempt(item, openingFees(nonce));
        return broadcast(item);
      case "replace":
        await addAttempt(item, step.fees);
        log.warn({ key: entry.key, nonce, ...step.fees }, "transaction replaced with higher fees");
        return broadcast(item);
      case "capped":
        if (clock.now() - item.cappedAt >= CAPPED_LOG_MS) {
          item.cappedAt = clock.now();
          log.error({ key: entry.key, nonce, cap: fees.cap }, "transaction waits, its fees are at the cap");
        }
        return broadcast(item);
      case "broadcast":
        return broadcast(item);
      case "wait":
        return;
    }
  };

  /**
   * The block's own word on who used a nonce; a node that has forgotten old states cannot say. One without the head that
   * was announced last may stand still before a reorganisation: what it says is neither a proof nor waited for.
   */
  const usageOf = async ({ entry, nonce }: Pending): Promise<Usage> => {
    const place = await node.userOf(nonce).catch(() => undefined);
    const { number, hash } = newest();
    const isCurrent = await isThere({ blockNumber: number, blockHash: hash });
    const isMine = entry.attempts.some((attempt) => attempt.hash === place?.hash);
    if (isMine) return { nonceUser: "mine", nonceUsedIn: place, isCurrent };
    if (place === undefined || !isCurrent || !(await isThere(place)))
      return { nonceUser: "unknown", nonceUsedIn: undefined, isCurrent };
    return { nonceUser: journal.knows(place.hash) ? "ours" : "other", nonceUsedIn: place, isCurrent };
  };
  const isThere = async (place: BlockPlace): Promise<boolean> => (await node.blockAt(place)) === "there";

  const advance = async (item: Pending): Promise<void> => {
    const { entry, nonce } = item;
    const mined = await node.minedOf(entry.attempts);
    const doubtful = item.refusal === "nonceUsed" || clock.now() - item.broadcastAt >= NONCE_DOUBT_MS;
    const used = mined === undefined && doubtful && (await node.nonce()) > nonce;
    const usage = used ? await usageOf(item) : undefined;
    signal.throwIfAborted();
    if (nonces.pending.get(nonce) !== item) return; // the chain was set back meanwhile

    if (mined === undefined) noteBroadcast(item);
    const now = clock.now();
    item.nonceUsedSince = usage?.isCurrent ? (item.nonceUsedSince ?? now) : undefined;
    const last = entry.attempts.at(-1);
    const view: View = {
      mined,
      refusal: item.refusal,
      nonceUsedForMs: usage && now - (item.nonceUsedSince ?? now),
      nonceUser: usage?.nonceUser ?? "unknown",
      nonceUsedIn: usage?.nonceUsedIn,
      sinceSignedMs: now - item.signedAt,
      sinceBroadcastMs: now - item.broadcastAt,
      first: nonce === Math.min(...nonces.pending.keys()),
      raised: last && raisedFees({ last, market: fees.market(), cap: fees.cap }),
      isSigned: last !== undefined,
    };
    await apply(item, nextStep(view, patience));
  };

  return {
    sign: async (entry) => {
      const item = nonces.take(entry, nonces.free());
      item.isBusy = true;
      try {
        await addAttempt(item, openingFees(item.nonce));
        return item;
      } catch (error) {
        nonces.release(item);
        throw error;
      } finally {
        item.isBusy = false;
      }
    },
    broadcast,
    advance,
  };
};
