// Makes the tables that schema.graphql describes. Everything in them can be read from the chains again, so a changed
// schema drops them and the processors start over.
import { createHash } from "node:crypto";
import type { Pool, PoolClient } from "pg";
import { createTableSql, loadTables, quote, type Table } from "./model.ts";

/** PostgreSQL channel on which every commit is announced. */
export const headsChannel = "heads";

const lockKey = 0x61_69_62; // any constant: one preparation at a time

export const stateSchema = (chainId: number): string => `chain_${chainId}`;

// On `head`, because each commit of a processor changes it, a rollback included.
const notifySql = [
  `CREATE OR REPLACE FUNCTION announce_head() RETURNS trigger LANGUAGE plpgsql AS
   $$ BEGIN PERFORM pg_notify('${headsChannel}', ''); RETURN NULL; END $$`,
  `CREATE OR REPLACE TRIGGER announce_head AFTER INSERT OR UPDATE OR DELETE ON "head"
   FOR EACH STATEMENT EXECUTE FUNCTION announce_head()`,
];

const fingerprint = (statements: string[]): string => createHash("sha256").update(statements.join("\n")).digest("hex");

const query = async (client: PoolClient, statements: string[]): Promise<void> => {
  for (const statement of statements) await client.query(statement);
};

const dropEverything = async (client: PoolClient): Promise<void> => {
  const tables = await client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
  const states = await client.query("SELECT nspname FROM pg_namespace WHERE nspname ~ '^chain_[0-9]+$'");
  await query(client, [
    ...tables.rows.map(({ tablename }) => `DROP TABLE ${quote(tablename)}`),
    ...states.rows.map(({ nspname }) => `DROP SCHEMA ${quote(nspname)} CASCADE`),
  ]);
};

const prepare = async (client: PoolClient, tables: Table[]): Promise<void> => {
  const statements = [...tables.flatMap(createTableSql), ...notifySql];
  const version = fingerprint(statements);
  await client.query("CREATE TABLE IF NOT EXISTS schema_version (fingerprint text NOT NULL)");
  const { rows } = await client.query("SELECT fingerprint FROM schema_version");
  if (rows[0]?.fingerprint === version) return;

  await dropEverything(client);
  await query(client, ["CREATE TABLE schema_version (fingerprint text NOT NULL)", ...statements]);
  await client.query("INSERT INTO schema_version VALUES ($1)", [version]);
};

/** Runs `work` in one transaction that excludes every other preparation and reset. */
export const exclusively = async <T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> => {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock($1)", [lockKey]);
    const result = await work(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {}); // the first error says more
    throw error;
  } finally {
    client.release();
  }
};

/** Brings the tables into the shape of schema.graphql. Does nothing when they are. */
export const prepareTables = (pool: Pool): Promise<void> =>
  exclusively(pool, (client) => prepare(client, loadTables()));
