import type { Address } from "viem";
import type { Clock } from "./clock.ts";
import type { Empty, Journal } from "./journal.ts";
import type { Logger } from "./log.ts";
import type { TransactionNode } from "./transaction-node.ts";
import type { Nonces } from "./transaction-pending.ts";
import { type Entry, gapBelow, type Patience, type Place, vanishedTo } from "./transaction-state.ts";

const EMPTY_GAS = 21_000n;
const EMPTY = "empty "; // of the keys of transactions that only use up a nonce

export type RepairParams = {
  chainId: number;
  account: Address;
  node: TransactionNode;
  journal: Journal;
  nonces: Nonces;
  patience: Patience;
  finalityBlocks: bigint;
  clock: Clock;
  log: Logger;
  signal: AbortSignal;
};

/** Brings the journal back into agreement with the chain. */
export type Repair = {
  /** Looks for sent transactions whose blocks are gone; false: some were, or it is not decided yet, so look again. */
  verify: () => Promise<boolean>;
  /** Makes final what is deep enough and still there. */
  finalise: (headNumber: bigint) => Promise<void>;
  /**
   * Fills nonces that nothing will ever use and that hold up every later one. True when the chain counts fewer than
   * the journal has in blocks: those must be looked at again.
   */
  mend: () => Promise<boolean>;
  /** Nonces in blocks that neither the journal's past nor a pending entry explains: somebody else has the key. */
  unexplained: () => number[];
};

const placeOf = ({ mined, foreign }: Entry): Place | undefined => mined ?? foreign;

export const createRepair = (params: RepairParams): Repair => {
  const { chainId, account, node, journal, nonces, patience, finalityBlocks, clock, log, signal } = params;
  let vanishedSince: number | undefined;
  let gapSince: number | undefined;
  const risen = new Set<number>(); // ids of entries revived in this run: their bytes may be in pools of the present chain

  const empty = (nonce: number, because: string): Empty => ({
    request: {
      key: `${EMPTY}${nonce} ${because}`,
      to: account,
      data: "0x",
      value: 0n,
      gas: EMPTY_GAS,
      simulated: false,
    },
    nonce,
  });

  const isGone = async (place: Place | undefined): Promise<boolean> => {
    const isThere = place === undefined || (await node.blockAt(place)) === "there";
    signal.throwIfAborted();
    return !isThere;
  };

  /**
   * From the newest block with an entry down to one that is still there: ancestors of a block that is there are. Below
   * it may stand what a node once showed of another branch, or what was there before the chain was set back. When the
   * count of nonces or the newest final entry says so, the search goes down to a final one that is there.
   */
  const findVanished = async (count: number): Promise<Entry[]> => {
    const vanished: Entry[] = [];
    const isThorough = count <= journal.highestUsed() || (await isGone(journal.newestFinal()?.mined));
    let entry = journal.placedBelow(undefined);
    for (let place = entry && placeOf(entry); entry !== undefined && place !== undefined; ) {
      if (await isGone(place)) vanished.push(entry);
      else if (!isThorough || entry.state === "final") break;
      entry = journal.placedBelow({ blockNumber: place.blockNumber, id: entry.id });
      place = entry && placeOf(entry);
    }
    return vanished;
  };

  /** An entry is sent again by its own bytes unless its caller was told that it had no effect and may have gone on. */
  const isRevivable = (entry: Entry): boolean =>
    entry.mined !== undefined && journal.newest(entry.key)?.id === entry.id && !isContested(entry.nonce);

  /** A nonce that is pending already can have no second owner, an empty transaction's apart: that gives way. */
  const isContested = (nonce: number | undefined): boolean => {
    const holder = nonce === undefined ? undefined : nonces.pending.get(nonce);
    return holder !== undefined && !holder.entry.key.startsWith(EMPTY);
  };

  const takeBack = (vanished: Entry[]): void => {
    const inOrder = vanished.toSorted((a, b) => a.id - b.id);
    const isFirst = ({ nonce }: Entry, i: number, all: Entry[]) =>
      all.findIndex((other) => other.nonce === nonce) === i;
    const revived = inOrder.filter(isRevivable).filter(isFirst); // one owner a nonce
    const taken = new Set([...revived.map(({ nonce }) => nonce), ...nonces.pending.keys()]);
    const superseded = inOrder.filter((entry) => !revived.includes(entry));
    const givingWay = revived.flatMap(({ nonce }) => nonces.pending.get(nonce as number) ?? []);
    const empties = new Map<number, Empty>();
    for (const { nonce, attempts } of superseded) {
      if (nonce !== undefined && !taken.has(nonce))
        empties.set(nonce, empty(nonce, attempts.at(-1)?.hash ?? "unsigned"));
    }
    const recorded = journal.takeBack({
      revived,
      superseded: [...superseded, ...givingWay.map(({ entry }) => entry)],
      empties: [...empties.values()],
    });
    for (const item of givingWay) {
      nonces.finish(item, { kind: "rejected", reason: "its nonce is in use again", error: "NonceUsed" });
    }
    for (const { id } of revived) risen.add(id);
    for (const entry of [...revived, ...recorded]) nonces.take(entry, entry.nonce as number);
  };

  /** Frees the keys of what is gone for good. What is pending, or was revived before, stays: its bytes may come in. */
  const rollBack = (vanished: Entry[]): void => {
    const alive = vanished.filter(({ id }) => risen.has(id));
    const gone = vanished.filter(({ id }) => !risen.has(id));
    journal.setState(gone, "rolledBack");
    if (alive.length > 0) takeBack(alive);
  };

  const verify = async (): Promise<boolean> => {
    const count = await node.nonce();
    const vanished = await findVanished(count);
    if (vanished.length === 0) {
      vanishedSince = undefined;
      // A node that lags counts too few; what is in blocks that are there has used its nonce.
      nonces.raise(Math.max(count, journal.highestUsed() + 1));
      return true;
    }
    vanishedSince ??= clock.now();
    const fate = vanishedTo(vanished, clock.now() - vanishedSince, patience);
    if (fate === "undecided") return false;
    // An endpoint that serves another chain has none of our blocks either: that is no reason to forget them.
    if (fate === "rolledBack" && (await node.chainId()) !== chainId)
      throw new Error(`the node is not of chain ${chainId}`);
    const keys = vanished.slice(0, 5).map(({ key }) => key);
    log.warn({ entries: vanished.length, keys, fate }, "blocks of sent transactions are gone");
    if (fate === "rolledBack") rollBack(vanished);
    else takeBack(vanished);
    vanishedSince = undefined;
    nonces.reset(Math.max(count, journal.highestUsed() + 1));
    return false; // one wrong answer may have ended the walk too early
  };

  const finalise = async (headNumber: bigint): Promise<void> => {
    const { number } = await node.head();
    const deepest = (number < headNumber ? number : headNumber) - finalityBlocks;
    const [final, gone]: [Entry[], Entry[]] = [[], []];
    for (const entry of journal.minedUpTo(deepest)) {
      const seen = entry.mined === undefined ? "absent" : await node.blockAt(entry.mined);
      signal.throwIfAborted();
      if (seen === "absent") break; // the node lags
      (seen === "there" ? final : gone).push(entry);
    }
    if (final.length > 0) journal.setState(final, "final");
    if (gone.length === 0) return;
    log.warn({ entries: gone.length }, "receipts were of blocks that did not stay");
    takeBack(gone);
  };

  const mend = async (): Promise<boolean> => {
    const waiting = [...nonces.pending.keys()];
    const lowest = nonces.pending.get(Math.min(...waiting));
    const now = clock.now();
    if (lowest === undefined || now - lowest.signedAt < patience.mendAfterMs) {
      gapSince = undefined;
      return false;
    }
    const count = await node.nonce();
    signal.throwIfAborted();
    const highestUsed = journal.highestUsed();
    const gap = gapBelow([...nonces.pending.keys()], count, highestUsed);
    gapSince = gap.length === 0 ? undefined : (gapSince ?? now);
    if (gapSince === undefined || now - gapSince < patience.mendAfterMs) return count <= highestUsed;
    log.warn({ nonces: gap, below: lowest.nonce }, "filling nonces that nothing uses");
    const because = lowest.entry.attempts.at(-1)?.hash ?? "unsigned";
    for (const nonce of gap) nonces.take(journal.recordEmpty(empty(nonce, because)), nonce);
    gapSince = undefined;
    return false;
  };

  const unexplained = (): number[] => {
    const highest = journal.highestUsed();
    const after = Array.from({ length: Math.max(0, nonces.chain() - highest - 1) }, (_, i) => highest + 1 + i);
    return highest < 0 ? [] : after.filter((nonce) => !nonces.pending.has(nonce));
  };

  return { verify, finalise, mend, unexplained };
};
