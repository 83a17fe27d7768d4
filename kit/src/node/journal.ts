import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Address, Hex } from "viem";
import { InputError } from "../errors.ts";
import type { Attempt, Entry, EntryState, Mined } from "./transaction-state.ts";

/**
 * The durable memory of the transaction manager: one row an intent, one an attempt, nothing ever deleted. Every write
 * is on disk before it returns (synchronous = FULL: WAL with NORMAL may forget the last commits when power fails).
 */
export type Journal = {
  record: (intent: Pick<Entry, "key" | "to" | "data" | "value" | "gas" | "simulated">) => Entry;
  signed: (entry: Entry, nonce: number, attempt: Attempt) => void;
  mined: (entry: Entry, mined: Mined) => void;
  setState: (entries: Entry[], state: Exclude<EntryState, "mined">) => void;
  setGas: (entry: Entry, gas: bigint) => void;
  /** The newest entry with this key. */
  newest: (key: string) => Entry | undefined;
  /** Entries that are not mined and may still be, oldest first. */
  open: () => Entry[];
  /** Makes mined entries final up to this block. */
  finalise: (blockNumber: bigint) => void;
  /** Mined and final entries, the highest block first. */
  minedDown: () => Generator<Entry>;
  close: () => void;
};

const SCHEMA = `
  create table if not exists owner (chain integer not null, account text not null);
  create table if not exists intents (
    id integer primary key,
    key text not null,
    callee text not null,
    data text not null,
    value text not null,
    gas text not null,
    simulated integer not null,
    state text not null,
    nonce integer,
    hash text, -- of the attempt that was mined
    block_number integer,
    block_hash text,
    status text
  );
  -- KEE-1: a second live or successful entry of one key cannot even be written.
  create unique index if not exists intents_effect on intents (key)
    where state in ('intent', 'signed', 'broadcast') or (state in ('mined', 'final') and status = 'success');
  create index if not exists intents_key on intents (key, id);
  create index if not exists intents_open on intents (id) where state in ('intent', 'signed', 'broadcast');
  create index if not exists intents_mined on intents (block_number) where state = 'mined';
  create index if not exists intents_block on intents (block_number) where state in ('mined', 'final');
  create table if not exists attempts (
    intent integer not null references intents (id),
    hash text not null,
    raw text not null,
    max_fee text not null,
    max_tip text not null,
    primary key (intent, hash) -- not the hash alone: on a chain that was set back, equal bytes are signed again
  );
`;

type IntentRow = {
  id: number;
  key: string;
  callee: Address;
  data: Hex;
  value: string;
  gas: string;
  simulated: 0 | 1;
  state: EntryState;
  nonce: number | null;
  hash: Hex | null;
  block_number: number | null;
  block_hash: Hex | null;
  status: Mined["status"] | null;
};

type AttemptRow = { hash: Hex; raw: Hex; max_fee: string; max_tip: string };

const parseMined = ({ hash, block_number, block_hash, status }: IntentRow): Mined | undefined =>
  hash === null || block_number === null || block_hash === null || status === null
    ? undefined
    : { hash, blockNumber: BigInt(block_number), blockHash: block_hash, status };

const parseEntry = (row: IntentRow, attempts: AttemptRow[]): Entry => ({
  id: row.id,
  key: row.key,
  to: row.callee,
  data: row.data,
  value: BigInt(row.value),
  gas: BigInt(row.gas),
  simulated: row.simulated === 1,
  state: row.state,
  nonce: row.nonce ?? undefined,
  attempts: attempts.map(({ hash, raw, max_fee, max_tip }) => ({
    hash,
    raw,
    maxFeePerGas: BigInt(max_fee),
    maxPriorityFeePerGas: BigInt(max_tip),
  })),
  mined: parseMined(row),
});

type Owner = { chainId: number; account: Address };

const openDatabase = (path: string): DatabaseSync => {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const database = new DatabaseSync(path);
    database.exec("pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 2000;");
    database.exec(SCHEMA);
    return database;
  } catch (error) {
    throw new InputError(`The journal ${path} cannot be written (${(error as Error).message}); check STATE_DIR.`);
  }
};

/** Two writers with one key would fight over nonces. The lock is the operating system's, so a killed owner frees it. */
const lock = (path: string): DatabaseSync => {
  const database = new DatabaseSync(`${path}.lock`, { timeout: 0 });
  try {
    database.exec("pragma locking_mode = exclusive; begin exclusive; commit;");
    return database;
  } catch {
    database.close();
    throw new InputError(`The journal ${path} is in use by another process; stop it or choose another STATE_DIR.`);
  }
};

const checkOwner = (database: DatabaseSync, path: string, { chainId, account }: Owner): void => {
  const owner = database.prepare("select chain, account from owner").get() as
    | { chain: number; account: string }
    | undefined;
  if (owner === undefined) {
    database.prepare("insert into owner values (?, ?)").run(chainId, account);
  } else if (owner.chain !== chainId || owner.account !== account) {
    throw new InputError(
      `The journal ${path} belongs to ${owner.account} on chain ${owner.chain}, not to ${account} on chain ${chainId}; choose another STATE_DIR.`,
    );
  }
};

export const openJournal = (path: string, owner: Owner): Journal => {
  const database = openDatabase(path);
  const guard = lock(path);
  checkOwner(database, path, owner);

  const insertIntent = database.prepare(
    "insert into intents (key, callee, data, value, gas, simulated, state) values (?, ?, ?, ?, ?, ?, 'intent')",
  );
  const insertAttempt = database.prepare("insert into attempts values (?, ?, ?, ?, ?)");
  const updateSigned = database.prepare("update intents set state = 'signed', nonce = ? where id = ?");
  const updateMined = database.prepare(
    "update intents set state = 'mined', hash = ?, block_number = ?, block_hash = ?, status = ? where id = ?",
  );
  const updateState = database.prepare("update intents set state = ? where id = ?");
  const updateFinal = database.prepare(
    "update intents set state = 'final' where state = 'mined' and block_number <= ?",
  );
  const updateGas = database.prepare("update intents set gas = ? where id = ?");
  const selectNewest = database.prepare("select * from intents where key = ? order by id desc limit 1");
  const selectOpen = database.prepare(
    "select * from intents where state in ('intent', 'signed', 'broadcast') order by id",
  );
  const selectMinedDown = database.prepare(
    "select * from intents where state in ('mined', 'final') order by block_number desc, id desc",
  );
  const selectAttempts = database.prepare(
    "select hash, raw, max_fee, max_tip from attempts where intent = ? order by rowid",
  );

  const load = (row: unknown): Entry => {
    const intent = row as IntentRow;
    return parseEntry(intent, selectAttempts.all(intent.id) as AttemptRow[]);
  };
  const atomically = (write: () => void) => {
    database.exec("begin immediate");
    try {
      write();
      database.exec("commit");
    } catch (error) {
      database.exec("rollback");
      throw error;
    }
  };

  return {
    record: (intent) => {
      const { key, to, data, value, gas, simulated } = intent;
      const row = insertIntent.run(key, to, data, value.toString(), gas.toString(), simulated ? 1 : 0);
      const id = Number(row.lastInsertRowid);
      return { ...intent, id, state: "intent", nonce: undefined, attempts: [], mined: undefined };
    },
    signed: (entry, nonce, attempt) => {
      const { hash, raw, maxFeePerGas, maxPriorityFeePerGas } = attempt;
      atomically(() => {
        insertAttempt.run(entry.id, hash, raw, maxFeePerGas.toString(), maxPriorityFeePerGas.toString());
        updateSigned.run(nonce, entry.id);
      });
      entry.attempts.push(attempt);
      Object.assign(entry, { nonce, state: "signed" });
    },
    mined: (entry, mined) => {
      updateMined.run(mined.hash, Number(mined.blockNumber), mined.blockHash, mined.status, entry.id);
      Object.assign(entry, { mined, state: "mined" });
    },
    setState: (entries, state) => {
      atomically(() => {
        for (const { id } of entries) updateState.run(state, id);
      });
      for (const entry of entries) entry.state = state;
    },
    setGas: (entry, gas) => {
      updateGas.run(gas.toString(), entry.id);
      entry.gas = gas;
    },
    newest: (key) => {
      const row = selectNewest.get(key);
      return row === undefined ? undefined : load(row);
    },
    finalise: (blockNumber) => void updateFinal.run(Number(blockNumber)),
    open: () => selectOpen.all().map(load),
    minedDown: function* () {
      for (const row of selectMinedDown.iterate()) yield load(row);
    },
    close: () => {
      database.close();
      guard.close();
    },
  };
};

/** One signed transaction of a journal; `status` is the entry's state, or its outcome where this very attempt was mined. */
export type JournalLine = { key: string; hash: Hex; status: EntryState | Mined["status"] | "replaced" };

/** Lists every attempt of a journal, also while its owner is at work; an absent file is an empty journal. */
export const readJournal = (path: string): JournalLine[] => {
  if (!existsSync(path)) return [];
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = database
      .prepare(
        `select key, attempts.hash, case
           when state not in ('mined', 'final') then state
           when intents.hash = attempts.hash then status
           else 'replaced' end as status
         from attempts join intents on intents.id = attempts.intent order by attempts.rowid`,
      )
      .all();
    return rows.map(({ key, hash, status }) => ({ key, hash, status }) as JournalLine);
  } finally {
    database.close();
  }
};
