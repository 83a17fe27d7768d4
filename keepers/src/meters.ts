import type { Metrics } from "@aibot/kit/node/metrics";
import type { Decision } from "./strategy.ts";

/** What operators see of one keeper on one chain. */
export type Meters = {
  looked: (result: "answered" | "failed") => void;
  decided: (decision: Decision) => void;
  sent: (name: string) => void;
  /** How a sent action ended, and how long that took from its decision; `reason` undefined is success. */
  ended: (end: { name: string; reason: string | undefined; seconds: number }) => void;
};

export const createMeters = (metrics: Metrics, chainId: number): Meters => {
  const chain = String(chainId);
  const looks = metrics.counter("keeper_looks_total", "Looks at the chain, by result.");
  const considered = metrics.counter("keeper_considered_total", "Decisions, by action.");
  const skipped = metrics.counter("keeper_skipped_total", "Decisions to do nothing, by action and reason.");
  const sent = metrics.counter("keeper_sent_total", "Actions handed to the transaction manager, by action.");
  const confirmed = metrics.counter("keeper_confirmed_total", "Actions that had their effect in a block, by action.");
  const failed = metrics.counter("keeper_failed_total", "Actions that had none, by action and reason.");
  const seconds = metrics.counter("keeper_latency_seconds_total", "Time from decision to block of confirmed actions.");
  return {
    looked: (result) => looks.inc({ chain, result }),
    decided: (decision) => {
      const name = decision.kind === "act" ? decision.action.name : decision.name;
      considered.inc({ chain, name });
      if (decision.kind === "skip") skipped.inc({ chain, name, reason: decision.reason });
    },
    sent: (name) => sent.inc({ chain, name }),
    ended: ({ name, reason, seconds: taken }) => {
      if (reason !== undefined) return failed.inc({ chain, name, reason });
      confirmed.inc({ chain, name });
      seconds.inc({ chain, name }, taken);
    },
  };
};

export type KeeperState = {
  chain: number;
  alarms: string[];
  transactions: {
    pending: number;
    oldestPendingMs: number;
    feesCapped: boolean;
    balance: bigint;
    foreignNonces: number;
  };
};

const WEI_PER_COIN = 1e18;

/** Gauges of what is, set at every scrape. */
export const watchState = (metrics: Metrics, states: () => KeeperState[]): void => {
  const pending = metrics.gauge("keeper_pending_transactions", "Transactions that are not in a block yet.");
  const oldest = metrics.gauge("keeper_oldest_pending_seconds", "Age of the oldest of them: the queue's age.");
  const balance = metrics.gauge("keeper_balance", "Balance of the account in the chain's coin.");
  const capped = metrics.gauge(
    "keeper_fees_capped",
    "1 while a block costs more than the cap, so that nothing is sent.",
  );
  const alarms = metrics.gauge(
    "keeper_alarms",
    "Actions given up or slowed down after the same failure again and again.",
  );
  const foreign = metrics.gauge("keeper_foreign_nonces", "Nonces that another sender with this key has used.");
  metrics.onScrape(() => {
    for (const { chain: id, alarms: raised, transactions } of states()) {
      const chain = { chain: String(id) };
      pending.set(transactions.pending, chain);
      oldest.set(transactions.oldestPendingMs / 1_000, chain);
      balance.set(Number(transactions.balance) / WEI_PER_COIN, chain);
      capped.set(transactions.feesCapped ? 1 : 0, chain);
      alarms.set(raised.length, chain);
      foreign.set(transactions.foreignNonces, chain);
    }
  });
};
