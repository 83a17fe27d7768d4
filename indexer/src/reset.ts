// Forgets one chain, so that its processor reads it again: for a chain that was rolled back below its final blocks.
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { InputError } from "@aibot/kit/errors";
import { run } from "@aibot/kit/node/shutdown";
import type { PoolClient } from "pg";
import { connectFirst } from "./database.ts";
import { loadTables, quote } from "./model.ts";
import { exclusively, prepareTables, stateSchema } from "./tables.ts";

export type ChainInDatabase = { dbUrl: string; chainId: number };

const deleteChain = async (client: PoolClient, chainId: number): Promise<void> => {
  await client.query(`DROP SCHEMA IF EXISTS ${quote(stateSchema(chainId))} CASCADE`);
  for (const { name } of loadTables()) await client.query(`DELETE FROM ${quote(name)} WHERE chain = $1`, [chainId]);
};

/** Deletes the rows of a chain and how far it was indexed. A processor at work ends with exit code 75. */
export const resetChain = ({ dbUrl, chainId }: ChainInDatabase): Promise<void> =>
  connectFirst(dbUrl, async (pool) => {
    await prepareTables(pool);
    await exclusively(pool, (client) => deleteChain(client, chainId));
  });

export type IndexedHead = { height: number; hash: string };

/** The last block whose rows are committed; undefined when nothing of the chain is. */
export const indexedHead = ({ dbUrl, chainId }: ChainInDatabase): Promise<IndexedHead | undefined> =>
  connectFirst(dbUrl, async (pool) => {
    const { rows: tables } = await pool.query("SELECT to_regclass('head') AS head");
    if (tables[0]?.head === null) return undefined;
    const { rows } = await pool.query("SELECT height, hash FROM head WHERE chain = $1", [chainId]);
    return rows[0];
  });

const main = async (): Promise<void> => {
  const { values } = parseArgs({ options: { chain: { type: "string" }, db: { type: "string" } } });
  const chainId = Number(values.chain);
  const dbUrl = values.db ?? process.env.DB_URL;
  if (!Number.isSafeInteger(chainId) || chainId <= 0) {
    throw new InputError(`--chain ${values.chain ?? ""} is not a chain id; give one, as in --chain 31337.`);
  }
  if (dbUrl === undefined)
    throw new InputError("DB_URL is not set; set it or give --db postgres://user@host:port/name.");
  await resetChain({ dbUrl, chainId });
  process.stdout.write(`Chain ${chainId} is forgotten; its processor will read it again from the start.\n`);
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await run("reset", main);
