// How a journal lies in its file.
import type { DatabaseSync } from "node:sqlite";
import type { Address, Hex } from "viem";
import type { Entry, EntryState, Mined } from "./transaction-state.ts";

/** Of the file; 1 had no number and knew no place of foreign transactions. */
export const SCHEMA_VERSION = 2;

export const SCHEMA = `
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
    hash text, -- of the attempt that was mined, or of the foreign transaction
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
  drop index if exists intents_block;
  create index if not exists intents_placed on intents (block_number, id) where state in ('mined', 'final', 'foreign');
  create index if not exists intents_nonce on intents (nonce);
  create index if not exists intents_used on intents (nonce) where state in ('mined', 'final', 'foreign');
  create table if not exists attempts (
    intent integer not null references intents (id),
    hash text not null,
    raw text not null,
    max_fee text not null,
    max_tip text not null,
    primary key (intent, hash) -- not the hash alone: on a chain that was set back, equal bytes are signed again
  );
  create index if not exists attempts_hash on attempts (hash);
`;

export type IntentRow = {
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

export type AttemptRow = { hash: Hex; raw: Hex; max_fee: string; max_tip: string };

const parsePlace = ({ state, hash, block_number, block_hash, status }: IntentRow): Pick<Entry, "mined" | "foreign"> => {
  if (hash === null || block_number === null || block_hash === null) return { mined: undefined, foreign: undefined };
  const place = { hash, blockNumber: BigInt(block_number), blockHash: block_hash };
  if (state === "foreign") return { mined: undefined, foreign: place };
  return { mined: status === null ? undefined : { ...place, status }, foreign: undefined };
};

export const parseEntry = (row: IntentRow, attempts: AttemptRow[]): Entry => ({
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
  ...parsePlace(row),
});

/** The statements of a journal, by what they do. */
export const prepare = (database: DatabaseSync) => ({
  insertIntent: database.prepare(
    "insert into intents (key, callee, data, value, gas, simulated, state, nonce) values (?, ?, ?, ?, ?, ?, 'intent', ?)",
  ),
  insertAttempt: database.prepare("insert into attempts values (?, ?, ?, ?, ?)"),
  updateSigned: database.prepare("update intents set state = 'signed', nonce = ? where id = ?"),
  updatePlace: database.prepare(
    "update intents set state = ?, hash = ?, block_number = ?, block_hash = ?, status = ? where id = ?",
  ),
  updateState: database.prepare("update intents set state = ? where id = ?"),
  updateGas: database.prepare("update intents set gas = ? where id = ?"),
  selectNewest: database.prepare("select * from intents where key = ? order by id desc limit 1"),
  selectOpen: database.prepare("select * from intents where state in ('intent', 'signed', 'broadcast') order by id"),
  selectPlaced: database.prepare(
    `select * from intents where state in ('mined', 'final', 'foreign') and (block_number, id) < (?, ?)
     order by block_number desc, id desc limit 1`,
  ),
  selectNewestFinal: database.prepare(
    `select * from intents where state in ('mined', 'final', 'foreign') and state = 'final' -- the first for the index
     order by block_number desc, id desc limit 1`,
  ),
  selectMinedUpTo: database.prepare(
    "select * from intents where state = 'mined' and block_number <= ? order by block_number, id",
  ),
  selectHighest: database.prepare(
    "select max(nonce) as nonce from intents where state in ('mined', 'final', 'foreign')",
  ),
  selectFees: database.prepare(
    `select max_fee, max_tip from attempts join intents on intents.id = attempts.intent
     where nonce = ? order by attempts.rowid desc limit 1`,
  ),
  selectHash: database.prepare("select 1 from attempts where hash = ? limit 1"),
  selectAttempts: database.prepare("select hash, raw, max_fee, max_tip from attempts where intent = ? order by rowid"),
});
