import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Address, Hex } from "viem";
import { InputError, rootMessage } from "../errors.ts";
import { createJournal, type Journal } from "./journal.ts";
import { SCHEMA, SCHEMA_VERSION } from "./journal-schema.ts";
import type { EntryState, Mined } from "./transaction-state.ts";

type Owner = { chainId: number; account: Address };

const refuse = (path: string, error: unknown): InputError => {
  const message = rootMessage(error);
  return /not a database|malformed|corrupt/i.test(message)
    ? new InputError(
        `The journal ${path} is damaged (${message}); move it and its -wal file away and start again: see docs/runbooks/journal-repair.md.`,
      )
    : new InputError(
        `The journal ${path} cannot be written (${message}); free the disk, or check STATE_DIR and its rights.`,
      );
};

const checkVersion = (database: DatabaseSync, path: string): void => {
  const { user_version: version } = database.prepare("pragma user_version").get() as { user_version: number };
  if (version > SCHEMA_VERSION) {
    throw new InputError(
      `The journal ${path} has format ${version}, but this version writes ${SCHEMA_VERSION}; run the newer version or choose another STATE_DIR.`,
    );
  }
};

/** A journal that is read wrongly would send twice: damage is found before anything is sent. */
const checkPages = (database: DatabaseSync): void => {
  const { quick_check: verdict } = database.prepare("pragma quick_check(1)").get() as { quick_check: string };
  if (verdict !== "ok") throw new Error(`malformed: ${verdict}`);
};

const openDatabase = (path: string): DatabaseSync => {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    database = new DatabaseSync(path);
    // FULL: WAL with NORMAL may forget the last commits when power fails.
    database.exec("pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 2000;");
    checkVersion(database, path);
    checkPages(database);
    database.exec(`begin immediate; ${SCHEMA} pragma user_version = ${SCHEMA_VERSION}; commit;`);
    return database;
  } catch (error) {
    database?.close();
    throw error instanceof InputError ? error : refuse(path, error);
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

/** Opens the journal of one account on one chain, for this process alone. */
export const openJournal = (path: string, owner: Owner): Journal => {
  const database = openDatabase(path);
  let guard: DatabaseSync | undefined;
  try {
    guard = lock(path);
    checkOwner(database, path, owner);
  } catch (error) {
    database.close();
    guard?.close();
    throw error;
  }
  const held = guard;
  return createJournal(database, () => held.close());
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
