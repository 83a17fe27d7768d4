// Puts the parts together: our sources of blocks, Subsquid's runner and its database of undoable blocks, our handler.
import type { Deployment } from "@aibot/kit/deployment";
import { InputError, RetryableError, rootMessage } from "@aibot/kit/errors";
import { createLogger } from "@subsquid/logger";
import { type Store, TypeormDatabase } from "@subsquid/typeorm-store";
import { type HotDataSource, Runner, type RunnerConfig } from "@subsquid/util-internal-processor-tools";
import { DataSource } from "typeorm";
import { createChainReader } from "./chain-reader.ts";
import { isDatabaseAway, shownDatabase } from "./database.ts";
import { indexedAddresses, indexedTopics } from "./events.ts";
import type { Report } from "./faults.ts";
import { follow, type Header } from "./follow.ts";
import type { ChainBlock, Handle } from "./handler.ts";
import { createRangeSource } from "./range-source.ts";
import { createRpc, type Request, type Rpc } from "./rpc.ts";
import { openTransaction } from "./store.ts";
import { stateSchema } from "./tables.ts";
import { wantLogs } from "./wanted.ts";

/** Above this many blocks between database and head, whole ranges are read. */
const farBehind = 1_000;

export type ProcessorParams = {
  deployment: Deployment;
  request: Request; // to a node of the chain
  watchHeads: (onHead: (head: Header) => void, signal: AbortSignal) => void;
  dbUrl: string;
  finality: number;
  pollMs: number;
  patienceMs: number; // see `follow`
  checkHeaders: boolean; // in a backfill: every header is read and compared with the logs
  handle: Handle;
  report: Report;
  signal: AbortSignal;
};

const resetSentence = (chainId: number, height: number): string =>
  `Block ${height} of chain ${chainId}, which is indexed as final, is not on the chain any more; ` +
  `run "node indexer/src/reset.ts --chain ${chainId}" and start the indexer again.`;

/** Resolves at the next head, or after `pollMs`, because no announcement tells of a chain that was rolled back. */
const createWait = ({ watchHeads, pollMs, signal }: ProcessorParams): (() => Promise<Header | undefined>) => {
  let newest: Header | undefined;
  let wake = () => {};
  watchHeads((head) => {
    newest = head;
    wake();
  }, signal);
  signal.addEventListener("abort", () => wake());
  return async () => {
    if (newest === undefined && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const announced = newest;
    newest = undefined;
    return announced;
  };
};

/** A final block has gone: the node may be of another chain, or this one was rolled back too far. */
const lostFinal = async (rpc: Rpc, { chainId }: Deployment, height: number): Promise<InputError> => {
  const actual = Number((await rpc.ask<string>("eth_chainId", [])) ?? chainId);
  if (actual === chainId) return new InputError(resetSentence(chainId, height));
  return new InputError(`The node is of chain ${actual}, but CHAINS says ${chainId}; correct the id or the URL.`);
};

type Source = HotDataSource<ChainBlock, object>;

const createSource = (params: ProcessorParams, rpc: Rpc): Source => {
  const { deployment, finality, patienceMs, checkHeaders, report, signal } = params;
  const wanted = wantLogs(indexedAddresses(deployment), indexedTopics);
  const reader = createChainReader({ rpc, wanted, report });
  const ranges = createRangeSource({ rpc, reader, wanted, finality, checkHeaders, report, signal });
  const wait = createWait(params);
  const now = () => performance.now();
  return {
    getFinalizedHeight: ranges.finalizedHeight,
    getBlockHash: ranges.hashAt,
    async *getFinalizedBlocks(requests) {
      for (const { range } of requests) yield* ranges.blocks(range.from); // one: from the first block on
    },
    async processHotBlocks(_, state, apply) {
      const result = await follow({
        ...{ reader, state, finality, apply, wait, report },
        ...{ patienceMs, farBehind, now, signal },
      });
      if (result.kind === "forked-below-final") throw await lostFinal(rpc, deployment, result.final.height);
    },
  };
};

/** Subsquid's database without entity classes: rows are written in SQL that comes from schema.graphql. */
export const createDatabase = (dbUrl: string, chainId: number): TypeormDatabase => {
  const database = new TypeormDatabase({ stateSchema: stateSchema(chainId), isolationLevel: "REPEATABLE READ" });
  const initializeDataSource = () =>
    new DataSource({ type: "postgres", url: dbUrl, entities: [], poolSize: 2 }).initialize();
  Object.defineProperty(database, "initializeDataSource", { value: initializeDataSource });
  return database;
};

/** Our own /metrics takes the place of Subsquid's. */
export const noPrometheus = { addRunnerMetrics() {}, serve: async () => ({ port: 0 }) } as unknown as RunnerConfig<
  object,
  Store
>["prometheus"];

/** Runs until `signal` is aborted: a backfill by ranges, then the head block by block, and again when far behind. */
export const runProcessor = async (params: ProcessorParams): Promise<void> => {
  const { deployment, request, dbUrl, handle, report, signal } = params;
  const { chainId, startBlock } = deployment;
  const rpc = createRpc({ request, report, signal });
  const hotDataSource = createSource(params, rpc);
  while (!signal.aborted) {
    const database = createDatabase(dbUrl, chainId);
    const runner = new Runner<object, Store>({
      database: database as unknown as RunnerConfig<object, Store>["database"],
      requests: [{ range: { from: startBlock }, request: {} }],
      hotDataSource,
      prometheus: noPrometheus,
      log: createLogger("indexer"),
      process: (store, { blocks }) => handle(openTransaction(store), blocks as ChainBlock[]),
    });
    try {
      await runner.run();
    } catch (error) {
      if (signal.aborted) return;
      if (isDatabaseAway(error)) {
        const sentence = `The database ${shownDatabase(dbUrl)} went away (${rootMessage(error)}); starting again.`;
        throw new RetryableError(sentence, { cause: error });
      }
      const lost = /already indexed block (\d+)#\S+ was not found on chain/.exec(String(error));
      throw lost === null ? error : await lostFinal(rpc, deployment, Number(lost[1]));
    } finally {
      await database.disconnect();
    }
  }
};
