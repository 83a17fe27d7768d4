// What a node may do wrong, counted and said once in a while. None of it is written to the database.
import type { Logger } from "@aibot/kit/node/log";
import type { Metrics } from "@aibot/kit/node/metrics";

const sentences = {
  unreachable: "the node does not answer; it is asked again until it does",
  refused: "the node refuses a range of blocks; it is asked for less at a time",
  "foreign-log": "the node answered with logs that were not asked for; it is asked again",
  "missing-logs": "the node left out logs that a block has; its receipts are read instead",
  "broken-chain": "the node's blocks do not follow one another; it is asked again",
  "vanished-block": "the node does not know a block that it has named; it is asked again",
  lagging: "the node shows an earlier block than before; it is waited for",
  "behind-final":
    "the node is behind what is indexed as final: it lags, or its chain was rolled back and needs a reset",
} as const;

export type FaultKind = keyof typeof sentences;
export type Report = (kind: FaultKind, height?: number) => void;

const quietMs = 30_000;

export type Faults = { report: Report /** What is wrong now, a sentence each. */; present(): string[] };

export type FaultsParams = { chain: number; log: Logger; metrics: Metrics; now: () => number };

/** Counts every fault, logs each kind once in a while, and holds a node unhealthy while it is behind or silent. */
export const createFaults = ({ chain, log, metrics, now }: FaultsParams): Faults => {
  const counter = metrics.counter("indexer_rpc_faults", "Wrong or missing answers of the node, by kind.");
  const logged = new Map<FaultKind, number>();
  const seen = new Map<FaultKind, number>();
  const lasting: FaultKind[] = ["unreachable", "behind-final"];
  return {
    report(kind, height) {
      counter.inc({ chain: `${chain}`, kind });
      seen.set(kind, now());
      if (now() - (logged.get(kind) ?? Number.NEGATIVE_INFINITY) < quietMs) return;
      logged.set(kind, now());
      log.warn({ chain, kind, height }, sentences[kind]);
    },
    present: () =>
      lasting.filter((kind) => now() - (seen.get(kind) ?? -Infinity) < 5_000).map((kind) => sentences[kind]),
  };
};
