import type { DatabaseSync } from "node:sqlite";
import type { Hex } from "viem";
import { RetryableError, rootMessage } from "../errors.ts";
import { type AttemptRow, type IntentRow, parseEntry, prepare } from "./journal-schema.ts";
import type { Attempt, Entry, EntryState, Fees, Mined, Place } from "./transaction-state.ts";

/** What is asked for, before it has a nonce. */
export type Request = Pick<Entry, "key" | "to" | "data" | "value" | "gas" | "simulated">;

/** A transaction that does nothing, to use up a nonce. */
export type Empty = { request: Request; nonce: number };

/**
 * The durable memory of the transaction manager: one row an intent, one an attempt, nothing ever deleted. Every write
 * is on disk before it returns; one that fails throws, has changed nothing, here or there, and may be tried again.
 */
export type Journal = {
  record: (request: Request) => Entry;
  /** Records an empty transaction that has its nonce already. */
  recordEmpty: (empty: Empty) => Entry;
  signed: (entry: Entry, nonce: number, attempt: Attempt) => void;
  mined: (entry: Entry, mined: Mined) => void;
  foreign: (entry: Entry, user: Place | undefined) => void;
  setState: (entries: Entry[], state: "broadcast" | "final" | "rejected" | "superseded" | "rolledBack") => void;
  setGas: (entry: Entry, gas: bigint) => void;
  /** A reorganisation: the bytes of `revived` are alive again; the nonces of `superseded` go to `empties`. */
  takeBack: (change: { revived: Entry[]; superseded: Entry[]; empties: Empty[] }) => Entry[];
  /** The newest entry with this key. */
  newest: (key: string) => Entry | undefined;
  /** Entries that are not mined and may still be, oldest first. */
  open: () => Entry[];
  /** The entry in the highest block (mined, final or foreign) below a place in that order. */
  placedBelow: (place: PlaceInOrder | undefined) => Entry | undefined;
  /** The final entry in the highest block. */
  newestFinal: () => Entry | undefined;
  /** Mined entries up to a block that are not final yet. */
  minedUpTo: (blockNumber: bigint) => Entry[];
  /** The highest nonce that is used in a block, as far as the journal knows; -1 for none. */
  highestUsed: () => number;
  /** Fees of the last attempt with this nonce. */
  lastFees: (nonce: number) => Fees | undefined;
  /** Whether this transaction is an attempt of any entry. */
  knows: (hash: Hex) => boolean;
  /** Why the last write failed; undefined when it did not. */
  failure: () => string | undefined;
  close: () => void;
};

export type PlaceInOrder = { blockNumber: bigint; id: number };

/** The journal cannot be written: a full disk, most likely. Nothing is sent until it can. */
export class JournalError extends RetryableError {
  override name = "JournalError";
}

/** Writes atomically and remembers whether the last write failed. */
const createWriter = (database: DatabaseSync) => {
  let failure: string | undefined;
  const write = <T>(change: () => T): T => {
    try {
      database.exec("begin immediate");
      const result = change();
      database.exec("commit");
      failure = undefined;
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec("rollback");
      failure = `The journal cannot be written (${rootMessage(error)}), so nothing is sent; free the disk or correct its rights.`;
      throw new JournalError(failure, { cause: error });
    }
  };
  return { write, failure: () => failure };
};

/** A journal in a database that has the schema. */
export const createJournal = (database: DatabaseSync, onClose: () => void = () => {}): Journal => {
  const statements = prepare(database);
  const { write, failure } = createWriter(database);

  const load = (row: unknown): Entry => {
    const intent = row as IntentRow;
    return parseEntry(intent, statements.selectAttempts.all(intent.id) as AttemptRow[]);
  };
  const loadOne = (row: unknown): Entry | undefined => (row === undefined ? undefined : load(row));

  const insert = (request: Request, nonce?: number): Entry => {
    const { key, to, data, value, gas, simulated } = request;
    const row = statements.insertIntent.run(
      ...[key, to, data, value.toString(), gas.toString(), simulated ? 1 : 0, nonce ?? null],
    );
    const id = Number(row.lastInsertRowid);
    return { ...request, id, state: "intent", nonce, attempts: [], mined: undefined, foreign: undefined };
  };
  const setStates = (entries: Entry[], state: EntryState) => {
    for (const { id } of entries) statements.updateState.run(state, id);
  };
  const setPlace = ({ id }: Entry, state: EntryState, place: Place | undefined, status: Mined["status"] | null) => {
    const block = place === undefined ? null : Number(place.blockNumber);
    statements.updatePlace.run(state, place?.hash ?? null, block, place?.blockHash ?? null, status, id);
  };

  return {
    record: (request) => write(() => insert(request)),
    recordEmpty: ({ request, nonce }) => write(() => insert(request, nonce)),
    signed: (entry, nonce, attempt) => {
      const { hash, raw, maxFeePerGas, maxPriorityFeePerGas } = attempt;
      write(() => {
        statements.insertAttempt.run(entry.id, hash, raw, maxFeePerGas.toString(), maxPriorityFeePerGas.toString());
        statements.updateSigned.run(nonce, entry.id);
      });
      entry.attempts.push(attempt);
      Object.assign(entry, { nonce, state: "signed" });
    },
    mined: (entry, mined) => {
      write(() => setPlace(entry, "mined", mined, mined.status));
      Object.assign(entry, { mined, state: "mined" });
    },
    foreign: (entry, user) => {
      write(() => setPlace(entry, "foreign", user, null));
      Object.assign(entry, { foreign: user, state: "foreign" });
    },
    setState: (entries, state) => {
      write(() => setStates(entries, state));
      for (const entry of entries) entry.state = state;
    },
    setGas: (entry, gas) => {
      write(() => statements.updateGas.run(gas.toString(), entry.id));
      entry.gas = gas;
    },
    takeBack: ({ revived, superseded, empties }) => {
      const recorded = write(() => {
        setStates(revived, "signed");
        setStates(superseded, "superseded");
        return empties.map(({ request, nonce }) => insert(request, nonce));
      });
      for (const entry of revived) Object.assign(entry, { state: "signed", mined: undefined });
      for (const entry of superseded) entry.state = "superseded";
      return recorded;
    },
    newest: (key) => loadOne(statements.selectNewest.get(key)),
    open: () => statements.selectOpen.all().map(load),
    placedBelow: (place) =>
      loadOne(statements.selectPlaced.get(Number(place?.blockNumber ?? Number.MAX_SAFE_INTEGER), place?.id ?? 0)),
    newestFinal: () => loadOne(statements.selectNewestFinal.get()),
    minedUpTo: (blockNumber) => statements.selectMinedUpTo.all(Number(blockNumber)).map(load),
    highestUsed: () => (statements.selectHighest.get() as { nonce: number | null }).nonce ?? -1,
    lastFees: (nonce) => {
      const row = statements.selectFees.get(nonce) as AttemptRow | undefined;
      return row && { maxFeePerGas: BigInt(row.max_fee), maxPriorityFeePerGas: BigInt(row.max_tip) };
    },
    knows: (hash) => statements.selectHash.get(hash) !== undefined,
    failure,
    close: () => {
      database.close();
      onClose();
    },
  };
};
