import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, describe, it, type TestContext } from "node:test";
import { createLog } from "@aibot/kit/node/log";
import { Client } from "pg";
import { freePort } from "../test/local-chain.ts";
import { eventually } from "../test/services.ts";
import { type Database, startDatabase } from "./postgres.ts";

const log = createLog("test", "silent");
let dir: string;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), "postgres-test-"));
  await chmod(dir, 0o755); // the data stay in place for every user
});

after(() => rm(dir, { recursive: true, force: true }));

type StartParams = { name: string; port?: number; context: TestContext };

const start = async ({ name, port, context }: StartParams): Promise<Database> => {
  const database = await startDatabase({ dir: join(dir, name), port: port ?? (await freePort()), log });
  context.after(() => database.stop());
  return database;
};

const query = async (url: string, sql: string): Promise<Record<string, unknown>[]> => {
  const client = new Client({ connectionString: url });
  client.on("error", () => {}); // the server may be killed under it
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe("the database server", () => {
  it("keeps its data over a stop and a start", async (context) => {
    const first = await start({ name: "kept", context });
    await query(first.url, "CREATE TABLE kept AS SELECT 7 AS seven");
    await first.stop();
    assert.equal(isAlive(first.pid), false);

    const second = await start({ name: "kept", context });

    assert.deepEqual(await query(second.url, "SELECT seven FROM kept"), [{ seven: 7 }]);
  });

  it("starts again after it was killed", async (context) => {
    const first = await start({ name: "killed", context });
    process.kill(first.pid, "SIGKILL");
    await eventually("its end", async () => !isAlive(first.pid));
    assert.match(await readFile(join(dir, "killed/data/postmaster.pid"), "utf8"), new RegExp(`^${first.pid}\n`));

    const second = await start({ name: "killed", context });

    assert.deepEqual(await query(second.url, "SELECT 1 AS one"), [{ one: 1 }]);
  });

  it("tells that it has gone, and starts again at once after a kill under its users", async (context) => {
    const first = await start({ name: "busy", context });
    const users = Array.from({ length: 5 }, () => new Client({ connectionString: first.url }));
    for (const user of users) {
      user.on("error", () => {}); // the server is killed under it
      await user.connect();
      user.query("SELECT pg_sleep(600)").catch(() => {});
    }
    process.kill(first.pid, "SIGKILL");
    await first.ended;

    const second = await start({ name: "busy", port: Number(new URL(first.url).port), context });

    assert.deepEqual(await query(second.url, "SELECT 1 AS one"), [{ one: 1 }]);
  });

  it("ends when its owner is killed", async () => {
    const port = await freePort();
    const source = `
      const { startDatabase } = await import(${JSON.stringify(new URL("./postgres.ts", import.meta.url).href)});
      const { createLog } = await import("@aibot/kit/node/log");
      const { pid } = await startDatabase({ dir: ${JSON.stringify(join(dir, "owned"))}, port: ${port}, log: createLog("t", "silent") });
      console.log(pid);`;
    const cwd = new URL("..", import.meta.url);
    const owner = spawn(process.execPath, ["--input-type=module", "-e", source], {
      cwd,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(owner.stdout, "data");
    const pid = Number(line);
    assert.equal(isAlive(pid), true);

    owner.kill("SIGKILL");

    await eventually("the server's end", async () => !isAlive(pid));
  });

  it("says that its port is taken", async (context) => {
    const first = await start({ name: "one", context });
    const port = Number(new URL(first.url).port);

    const second = start({ name: "two", port, context });

    await assert.rejects(second, {
      message: `Port ${port} for the database is in use; stop what uses it or choose another.`,
    });
  });

  it("works from folders that only their owner may enter", async (context) => {
    const closed = await mkdtemp(join(dir, "closed-")); // mode 0700
    const database = await start({ name: join(basename(closed), "db"), context });

    assert.deepEqual(await query(database.url, "SELECT 1 AS one"), [{ one: 1 }]);
  });
});
