// Puts Subsquid together: its block sources and runner, its database of undoable blocks, our handler.
import { InputError } from "@aibot/kit/errors";
import type { Chain } from "@aibot/kit/node/chain";
import { EvmBatchProcessor } from "@subsquid/evm-processor";
import type { EvmRpcDataSource } from "@subsquid/evm-processor/lib/ds-rpc/client.js";
import type { DataRequest } from "@subsquid/evm-processor/lib/interfaces/data-request.js";
import { createLogger } from "@subsquid/logger";
import { type Store, TypeormDatabase } from "@subsquid/typeorm-store";
import { type HotDataSource, Runner, type RunnerConfig } from "@subsquid/util-internal-processor-tools";
import type { RangeRequest } from "@subsquid/util-internal-range";
import { DataSource } from "typeorm";
import { createChainReader } from "./chain-reader.ts";
import { indexedAddresses, indexedTopics } from "./events.ts";
import { follow, type Header } from "./follow.ts";
import type { ChainBlock, Handle } from "./handler.ts";
import { openTransaction } from "./store.ts";
import { stateSchema } from "./tables.ts";

export type ProcessorParams = {
  chain: Chain;
  readUrl: string; // of the node; a WebSocket saves work
  dbUrl: string;
  finality: number;
  pollMs: number;
  handle: Handle;
  signal: AbortSignal;
};

/**
 * EvmBatchProcessor describes what to read. Its `run` would take the whole process over (exit codes, a metrics port on
 * all interfaces, a head loop that misses reorganisations), so its parts are taken out and run here.
 */
const describeSources = ({ chain, finality, pollMs }: ProcessorParams) => {
  const processor = new EvmBatchProcessor()
    .setRpcEndpoint({ url: chain.rpc, capacity: 5 })
    .setRpcDataIngestionSettings({ headPollInterval: pollMs })
    .setFinalityConfirmation(finality)
    .setFields({ block: { timestamp: true }, log: { topics: true, data: true, transactionHash: true } })
    .addLog({
      address: indexedAddresses(chain.deployment),
      topic0: indexedTopics,
      range: { from: chain.deployment.startBlock },
    });
  return processor as unknown as {
    getHotDataSource(): EvmRpcDataSource;
    getBatchRequests(): RangeRequest<DataRequest>[];
  };
};

const resetSentence = (chainId: number, height: number): string =>
  `Block ${height} of chain ${chainId}, which is indexed as final, is not on the chain any more; ` +
  `run "node indexer/src/reset.ts --chain ${chainId}" and start the indexer again.`;

/** Resolves at the next head, or after `pollMs`, because no announcement tells of a chain that was rolled back. */
const createWait = ({ chain, pollMs, signal }: ProcessorParams): (() => Promise<Header | undefined>) => {
  let newest: Header | undefined;
  let wake = () => {};
  chain.watchHeads(({ number, hash, parentHash, timestamp }) => {
    newest = { height: Number(number), hash, parentHash, timestamp: Number(timestamp) * 1000 };
    wake();
  }, signal);
  return async () => {
    if (newest === undefined) {
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

const headSource = (params: ProcessorParams, cold: EvmRpcDataSource): HotDataSource<ChainBlock, DataRequest> => {
  const { chain, readUrl, finality, signal } = params;
  const reader = createChainReader({
    url: readUrl,
    addresses: indexedAddresses(chain.deployment),
    topics: indexedTopics,
  });
  return {
    getFinalizedHeight: () => cold.getFinalizedHeight(),
    getBlockHash: (height) => cold.getBlockHash(height),
    getFinalizedBlocks: (requests, stopOnHead) =>
      cold.getFinalizedBlocks(requests, stopOnHead) as ReturnType<
        HotDataSource<ChainBlock, DataRequest>["getFinalizedBlocks"]
      >,
    async processHotBlocks(_, state, apply) {
      const result = await follow({ reader, state, finality, apply, wait: createWait(params), signal });
      if (result.kind === "forked-below-final") throw new InputError(resetSentence(chain.id, result.final.height));
    },
  };
};

/** Subsquid's database without entity classes: rows are written in SQL that comes from schema.graphql. */
const createDatabase = (dbUrl: string, chainId: number): TypeormDatabase => {
  const database = new TypeormDatabase({ stateSchema: stateSchema(chainId), isolationLevel: "REPEATABLE READ" });
  const initializeDataSource = () =>
    new DataSource({ type: "postgres", url: dbUrl, entities: [], poolSize: 2 }).initialize();
  Object.defineProperty(database, "initializeDataSource", { value: initializeDataSource });
  return database;
};

/** Our own /metrics takes the place of Subsquid's. */
const noPrometheus = { addRunnerMetrics() {}, serve: async () => ({ port: 0 }) } as unknown as RunnerConfig<
  DataRequest,
  Store
>["prometheus"];

/** Runs until `signal` is aborted. Needs the tables to be there. */
export const runProcessor = async (params: ProcessorParams): Promise<void> => {
  const { chain, dbUrl, handle } = params;
  const sources = describeSources(params);
  const runner = new Runner<DataRequest, Store>({
    database: createDatabase(dbUrl, chain.id) as unknown as RunnerConfig<DataRequest, Store>["database"],
    requests: sources.getBatchRequests(),
    hotDataSource: headSource(params, sources.getHotDataSource()),
    prometheus: noPrometheus,
    log: createLogger("indexer"),
    process: (store, { blocks }) => handle(openTransaction(store), blocks as ChainBlock[]),
  });
  try {
    await runner.run();
  } catch (error) {
    const lost = /already indexed block (\d+)#\S+ was not found on chain/.exec(String(error));
    throw lost === null ? error : new InputError(resetSentence(chain.id, Number(lost[1])));
  }
};
