// The real processes and database of a test.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { loadTables } from "../src/model.ts";
import { indexedHead } from "../src/reset.ts";
import { deployment } from "./deployment.ts";
import type { LocalChain } from "./local-chain.ts";

const source = (file: string): string => fileURLToPath(new URL(`../src/${file}`, import.meta.url));

export type Process = { child: ChildProcess; output(): string; ended: Promise<number | null>; kill(): Promise<void> };

const start = (file: string, env: Record<string, string>): Process => {
  const child = spawn(process.execPath, [source(file)], {
    env: { ...process.env, LOG_LEVEL: "warn", ...env },
  });
  let output = "";
  const collect = (chunk: Buffer) => {
    output += chunk;
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const ended = once(child, "close").then(([code]) => code as number | null);
  const kill = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  return { child, output: () => output, ended, kill };
};

export type ProcessorOptions = {
  chain: { rpc: string; ws?: string };
  dbUrl: string;
  dir: string;
  settings?: Record<string, string>;
};

export const startProcessor = ({ chain, dbUrl, dir, settings = {} }: ProcessorOptions): Process => {
  const file = join(dir, "deployment.json");
  writeFileSync(file, JSON.stringify(deployment));
  const chains = [{ id: deployment.chainId, rpc: chain.rpc, ws: chain.ws, deployment: file }];
  return start("main.ts", { CHAINS: JSON.stringify(chains), DB_URL: dbUrl, PATIENCE_MS: "100", ...settings });
};

export const startServer = (dbUrl: string, port: number): Process =>
  start("server.ts", { DB_URL: dbUrl, PORT: `${port}` });

export const eventually = async <T>(what: string, check: () => Promise<T | undefined | false>): Promise<T> => {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {
    const found = await check().catch(() => undefined);
    if (found !== undefined && found !== false) return found;
    await sleep(20);
  }
  throw new Error(`${what} did not happen`);
};

/** Resolves when the newest block of the chain, by its hash, is in the database. */
export const untilIndexed = (chain: LocalChain, dbUrl: string, processor: Process): Promise<true> =>
  eventually("indexing the newest block", async () => {
    const head = await indexedHead({ dbUrl, chainId: deployment.chainId });
    const newest = await chain.call<{ hash: string }>("eth_getBlockByNumber", "latest", false);
    return head?.hash === newest.hash;
  }).catch((error: Error) => {
    throw new Error(`${error.message}; the processor said: ${processor.output()}`);
  });

const query = async (dbUrl: string, sql: string): Promise<Record<string, unknown>[]> => {
  const client = new Client({ connectionString: dbUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

/** An empty database of its own on the server at `url`. */
export const createDatabase = async (url: string, name: string): Promise<string> => {
  await query(url, `CREATE DATABASE ${name}`);
  return url.replace(/\/[^/]*$/, `/${name}`);
};

/** Every row of every table. */
export const dump = async (dbUrl: string): Promise<Record<string, unknown>> => {
  const tables = loadTables().map(async ({ name }) => [
    name,
    await query(dbUrl, `SELECT * FROM "${name}" ORDER BY id`),
  ]);
  return Object.fromEntries(await Promise.all(tables));
};
