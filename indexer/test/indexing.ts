// The processor of `src/` inside this process, on a chain in memory and a real database.
import { setTimeout as sleep } from "node:timers/promises";
import { createLog } from "@aibot/kit/node/log";
import { createPinoSink, setRootSink } from "@subsquid/logger";
import type { Pool } from "pg";
import type { Report } from "../src/faults.ts";
import { createHandler, type Handle } from "../src/handler.ts";
import { loadTables } from "../src/model.ts";
import { runProcessor } from "../src/processor.ts";
import type { Request } from "../src/rpc.ts";
import { createRowStore } from "../src/store.ts";
import { stateSchema } from "../src/tables.ts";
import { deployment } from "./deployment.ts";
import type { FakeChain } from "./fake-chain.ts";

setRootSink(createPinoSink(createLog("test", "silent")));

export type IndexingParams = {
  chain: FakeChain;
  chainId: number; // under which its rows are kept
  dbUrl: string;
  finality: number;
  patienceMs?: number;
  checkHeaders?: boolean;
  request?: Request; // in place of the chain's own
  report?: Report;
  wrap?: (handle: Handle) => Handle;
};

export type Indexing = { ended: Promise<void>; stop(): Promise<void> };

export const startIndexing = (params: IndexingParams): Indexing => {
  const { chain, chainId, dbUrl, finality, patienceMs = 0, request = chain.request, report = () => {} } = params;
  const controller = new AbortController();
  const own = { ...deployment, chainId };
  const store = createRowStore({ tables: loadTables(), chainId, stateSchema: stateSchema(chainId) });
  const handle = createHandler({ deployment: own, store });
  const ended = runProcessor({
    deployment: own,
    request,
    watchHeads: chain.watchHeads,
    dbUrl,
    finality,
    pollMs: 5,
    patienceMs,
    checkHeaders: params.checkHeaders ?? false,
    handle: params.wrap?.(handle) ?? handle,
    report,
    signal: controller.signal,
  });
  ended.catch(() => {}); // whoever waits for it hears of it
  return {
    ended,
    async stop() {
      controller.abort();
      await ended;
    },
  };
};

const deadlineMs = 60_000;

export type UntilParams = { pool: Pool; chainId: number; hash: string; indexing: Indexing };

/** Resolves when the block `hash` is the last one in the database. */
export const untilHead = async ({ pool, chainId, hash, indexing }: UntilParams): Promise<void> => {
  let failure: unknown;
  indexing.ended.then(
    () => {},
    (error) => {
      failure = error;
    },
  );
  const deadline = performance.now() + deadlineMs;
  while (performance.now() < deadline) {
    if (failure !== undefined) throw failure;
    const { rows } = await pool.query("SELECT hash FROM head WHERE chain = $1", [chainId]);
    if (rows[0]?.hash === hash) return;
    await sleep(5);
  }
  throw new Error(`block ${hash} of chain ${chainId} was not indexed`);
};

/** Every row of a chain, table by table, with the chain's id taken out, so that two chains can be compared. */
export const rowsOf = async (pool: Pool, chainId: number): Promise<Record<string, unknown[]>> => {
  const tables: Record<string, unknown[]> = {};
  for (const { name } of loadTables()) {
    const { rows } = await pool.query(`SELECT * FROM "${name}" WHERE chain = $1 ORDER BY id`, [chainId]);
    tables[name] = rows.map((row) =>
      JSON.parse(
        JSON.stringify({ ...row, chain: 0 })
          .replaceAll(`"${chainId}-`, '"')
          .replaceAll(`"${chainId}"`, '"0"'),
      ),
    );
  }
  return tables;
};
