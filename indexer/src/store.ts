// Reads the rows that handlers need and writes the rows that they changed, inside Subsquid's transaction.
import type { Store } from "@subsquid/typeorm-store";
import type { EntityManager } from "typeorm";
import type { Reference } from "./apply.ts";
import { type AnyRow, absorb, type Change, type EntityName, emptyRows, type Rows } from "./draft.ts";
import { type Column, selectSql, type Table, upsertSql } from "./model.ts";

/** The longest horizon a model may have: no handler looks further back than this many candles. */
const longestHorizon = 255;

/** Tables that hold a few rows per chain, and windows of those that grow by the candle. */
const alwaysLoaded: [EntityName, string][] = [
  ["Head", "chain = $1"],
  ["Market", "chain = $1"],
  ["Source", "chain = $1"],
  ["SignerSet", "chain = $1"],
  ["Model", "chain = $1"],
  ["Feed", "chain = $1"],
  ["Vault", "chain = $1"],
  ["Position", "chain = $1"],
  ["Mandate", "chain = $1"],
  ["Auction", "id IN (SELECT auction_id FROM position WHERE chain = $1)"], // a fill belongs to its position's last one
  [
    "Candle",
    `chain = $1 AND "index" >= (SELECT candle_count FROM market WHERE market.id = market_id) - ${longestHorizon}`,
  ],
  ["Round", `chain = $1 AND round >= (SELECT last_round FROM feed WHERE feed.id = feed_id) - ${longestHorizon}`],
  [
    "VaultPoint",
    "chain = $1 AND round = (SELECT max(p.round) FROM vault_point p WHERE p.vault_id = vault_point.vault_id)",
  ],
  ["VaultDay", "chain = $1 AND day = (SELECT max(d.day) FROM vault_day d WHERE d.vault_id = vault_day.vault_id)"],
  ["MarketDay", "chain = $1 AND day = (SELECT max(d.day) FROM market_day d WHERE d.market_id = market_day.market_id)"],
];

export type Transaction = {
  query(sql: string, parameters: unknown[]): Promise<unknown[]>;
  /** Height whose changes must be undoable; undefined for final blocks. */
  hotHeight: number | undefined;
};

/**
 * Subsquid's store, opened up: it writes one statement per entity class and reads each row once more for its change
 * log, where one statement can do for all. The two private fields are those of the pinned version.
 */
export const openTransaction = (store: Store): Transaction => {
  const { em, changes } = store as unknown as { em: () => EntityManager; changes?: { blockHeight: number } };
  return { query: (sql, parameters) => em().query(sql, parameters), hotHeight: changes?.blockHeight };
};

const fromSql = ({ type, isList }: Column, value: unknown): unknown => {
  if (value === null || type !== "numeric") return value;
  return isList ? (value as string[]).map(BigInt) : BigInt(value as string);
};

/** JSON has no bigint; text keeps every digit, and PostgreSQL reads numbers from it. */
const forJson = (value: unknown): unknown => {
  if (typeof value === "bigint") return value.toString();
  return Array.isArray(value) ? value.map(forJson) : value;
};

export type RowStore = {
  /** Everything handlers may read without a reference. */
  load(transaction: Transaction): Promise<Rows>;
  /** Adds the referenced rows that exist and are not in `rows` yet. */
  loadReferences(transaction: Transaction, rows: Rows, references: Reference[]): Promise<void>;
  /** Writes `changes`, and how to undo them where the block is not final. */
  write(transaction: Transaction, changes: Change[]): Promise<void>;
};

export type RowStoreParams = { tables: Table[]; chainId: number; stateSchema: string };

export const createRowStore = ({ tables, chainId, stateSchema }: RowStoreParams): RowStore => {
  const byEntity = new Map(tables.map((table) => [table.entity, table]));
  const tableOf = (entity: EntityName): Table => {
    const table = byEntity.get(entity);
    if (table === undefined) throw new Error(`schema.graphql has no entity ${entity}.`);
    return table;
  };

  type SelectParams = { entity: EntityName; condition: string; parameter: unknown };
  const select = async (
    transaction: Transaction,
    { entity, condition, parameter }: SelectParams,
  ): Promise<Change[]> => {
    const table = tableOf(entity);
    const rows = (await transaction.query(selectSql(table, condition), [parameter])) as Record<string, unknown>[];
    return rows.map((row) => {
      const fields = table.columns.map((one) => [one.field, fromSql(one, row[one.field])]);
      return { entity, before: undefined, after: Object.fromEntries(fields) as AnyRow };
    });
  };

  const toColumns = (entity: EntityName, row: AnyRow): Record<string, unknown> => {
    const columns: Record<string, unknown> = {};
    for (const { name, field } of tableOf(entity).columns) {
      columns[name] = forJson((row as Record<string, unknown>)[field]);
    }
    return columns;
  };

  const undo = ({ entity, before, after }: Change): Record<string, unknown> => {
    const target = { table: tableOf(entity).name, id: after.id };
    if (before === undefined) return { kind: "insert", ...target };
    const { id, ...fields } = toColumns(entity, before);
    return { kind: "update", ...target, fields };
  };

  return {
    async load(transaction) {
      const rows = emptyRows([...byEntity.keys()]);
      for (const [entity, condition] of alwaysLoaded) {
        absorb(rows, await select(transaction, { entity, condition, parameter: chainId }));
      }
      return rows;
    },

    async loadReferences(transaction, rows, references) {
      const missing = references.filter(({ entity, id }) => !rows[entity].has(id));
      for (const entity of new Set(missing.map((one) => one.entity))) {
        const ids = missing.filter((one) => one.entity === entity).map(({ id }) => id);
        absorb(rows, await select(transaction, { entity, condition: "id = ANY($1)", parameter: ids }));
      }
    },

    async write(transaction, changes) {
      const grouped = [...Map.groupBy(changes, ({ entity }) => entity)];
      const steps = grouped.map(([entity], k) => `w${k} AS (${upsertSql(tableOf(entity), k + 1)})`);
      const parameters: unknown[] = grouped.map(([entity, rows]) =>
        JSON.stringify(rows.map(({ after }) => toColumns(entity, after))),
      );
      if (transaction.hotHeight !== undefined) {
        // Index 0 of a block's change log is Subsquid's own mark.
        steps.push(
          `undo AS (INSERT INTO "${stateSchema}".hot_change_log (block_height, index, change) ` +
            `SELECT $${parameters.length + 1}, n, change ` +
            `FROM jsonb_array_elements($${parameters.length + 2}::jsonb) WITH ORDINALITY AS u(change, n))`,
        );
        parameters.push(transaction.hotHeight, JSON.stringify(changes.map(undo)));
      }
      await transaction.query(`WITH ${steps.join(", ")} SELECT`, parameters);
    },
  };
};

/** Tables whose rows handlers read by reference, if at all. */
const readByReference: EntityName[] = [
  "Holder",
  "Claim",
  "Fill",
  "Filler",
  "Deposit",
  "Withdrawal",
  "InKindExit",
  "ExitRequest",
  "ExitSettlement",
  "FeeAccrual",
  "FeeMint",
  "MandateChange",
];
const mostReferenced = 1_000;

const keepNewestDay = <Day extends { id: string; day: number }>(days: Map<string, Day>, of: (day: Day) => string) => {
  const newest = new Map<string, Day>();
  for (const day of days.values()) if (day.day > (newest.get(of(day))?.day ?? -1)) newest.set(of(day), day);
  for (const day of days.values()) if (newest.get(of(day)) !== day) days.delete(day.id);
};

/** Forgets what can be read again or is not read any more, so that memory does not grow with the chain. */
export const trim = (rows: Rows): void => {
  const window = longestHorizon + 1;
  for (const { id, candleCount } of rows.Market.values()) {
    for (let index = candleCount - window; rows.Candle.delete(`${id}-${index}`); index--);
  }
  for (const { id, lastRound } of rows.Feed.values()) {
    for (let round = lastRound - window; rows.Round.delete(`${id}-${round}`); round--);
  }
  for (const [id, { vault, round }] of rows.VaultPoint) {
    if (rows.VaultPoint.has(`${vault}-${round + 1}`)) rows.VaultPoint.delete(id);
  }
  keepNewestDay(rows.VaultDay, ({ vault }) => vault);
  keepNewestDay(rows.MarketDay, ({ market }) => market);
  const current = new Set([...rows.Position.values()].map(({ auction }) => auction));
  for (const id of rows.Auction.keys()) if (!current.has(id)) rows.Auction.delete(id);
  for (const entity of readByReference) if (rows[entity].size > mostReferenced) rows[entity].clear();
};
