// One PostgreSQL server and one database with tables for a whole test file.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { createLog } from "@aibot/kit/node/log";
import type { Pool } from "pg";
import { connectFirst, openPool } from "../src/database.ts";
import { type Database, startDatabase } from "../src/postgres.ts";
import { prepareTables } from "../src/tables.ts";
import { freePort } from "./local-chain.ts";
import { createDatabase } from "./services.ts";

export type TestDatabase = { dbUrl: string; pool: Pool; dir: string };

type Around = { opened?: () => Promise<void>; closing?: () => Promise<void> };

/** Starts with the first test of the file and goes with the last; what it returns is filled by then. */
export const useDatabase = (name: string, around: Around = {}): TestDatabase => {
  const log = createLog("test", "silent");
  const opened = {} as TestDatabase;
  let database: Database;

  before(async () => {
    opened.dir = await mkdtemp(join(tmpdir(), "indexer-"));
    database = await startDatabase({ dir: join(opened.dir, "db"), port: await freePort(), log });
    opened.dbUrl = await createDatabase(database.url, name);
    await connectFirst(opened.dbUrl, prepareTables);
    opened.pool = openPool({ connectionString: opened.dbUrl, max: 1 });
    await around.opened?.();
  });
  after(async () => {
    await around.closing?.();
    await opened.pool.end();
    await database.stop();
    await rm(opened.dir, { recursive: true, force: true });
  });
  return opened;
};
