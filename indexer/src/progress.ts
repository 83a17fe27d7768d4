// How far a chain is indexed, and how far that is behind its head: for /health and /metrics.
import type { Metrics } from "@aibot/kit/node/metrics";
import type { Handle } from "./handler.ts";

type Point = { height: number; timestamp: bigint };

export type Progress = {
  /** Takes note of the chain's head. */
  see(head: Point): void;
  /** `handle`, with each batch measured. */
  measured(handle: Handle): Handle;
  state(): { height: number; head: number; lagBlocks: number; lagSeconds: number };
};

export type ProgressParams = { chain: number; metrics: Metrics; now: () => number };

export const createProgress = ({ chain, metrics, now }: ProgressParams): Progress => {
  const labels = { chain: `${chain}` };
  const height = metrics.gauge("indexer_height", "The last indexed block.");
  const lagBlocks = metrics.gauge("indexer_lag_blocks", "Blocks from the last indexed one to the chain's head.");
  const lagSeconds = metrics.gauge("indexer_lag_seconds", "The same in seconds of the chain's time.");
  const blocks = metrics.counter("indexer_blocks", "Blocks handled, those of abandoned branches included.");
  const events = metrics.counter("indexer_events", "Events handled, those of abandoned branches included.");
  const seconds = metrics.counter("indexer_batch_seconds", "Seconds spent in handling batches.");
  const batches = metrics.counter("indexer_batches", "Batches handled, one write each.");
  let indexed: Point = { height: -1, timestamp: 0n };
  let head: Point = indexed;

  const state = () => ({
    height: indexed.height,
    head: head.height,
    lagBlocks: Math.max(0, head.height - indexed.height),
    lagSeconds: indexed.height < 0 ? 0 : Math.max(0, Number(head.timestamp - indexed.timestamp)),
  });
  const tell = () => {
    height.set(indexed.height, labels);
    lagBlocks.set(state().lagBlocks, labels);
    lagSeconds.set(state().lagSeconds, labels);
  };

  return {
    state,
    see(point) {
      head = point;
      tell();
    },
    measured: (handle) => async (transaction, batch) => {
      const began = now();
      await handle(transaction, batch);
      const last = batch.at(-1)?.header;
      if (last !== undefined) indexed = { height: last.height, timestamp: BigInt(Math.round(last.timestamp / 1000)) };
      seconds.inc(labels, (now() - began) / 1000);
      batches.inc(labels);
      blocks.inc(labels, batch.length);
      events.inc(
        labels,
        batch.reduce((sum, { logs }) => sum + logs.length, 0),
      );
      tell();
    },
  };
};
