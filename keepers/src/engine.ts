import { rootMessage } from "@aibot/kit/errors";
import type { Chain, Head } from "@aibot/kit/node/chain";
import type { Logger } from "@aibot/kit/node/log";
import type { Metrics } from "@aibot/kit/node/metrics";
import type { SendResult, Transactions } from "@aibot/kit/node/transactions";
import { askOnce } from "./ask.ts";
import { ALARM_AFTER, addFailure, type Failure, isAlarm, keepWanted } from "./failures.ts";
import { type Action, chooseActions, type Decision, type Strategy } from "./strategy.ts";

const RETRY_LOOK_MS = 1_000;

export type EngineParams = {
  chain: Pick<Chain, "id" | "client" | "watchHeads">;
  strategies: Strategy[]; // most urgent first
  transactions: Transactions;
  metrics: Metrics;
  log: Logger;
  signal: AbortSignal;
};

export type EngineStatus = {
  chain: number;
  ok: boolean;
  head: bigint;
  lookError: string | undefined;
  alarms: string[];
  transactions: ReturnType<Transactions["status"]>;
};

/** What went wrong, if anything; undefined is success. */
const failureOf = (result: SendResult): string | undefined => {
  if (result.kind === "rejected") return result.error ?? result.reason;
  if (result.kind === "done") return "done before, yet wanted again";
  return result.status === "success" ? undefined : "reverted in its block";
};

const createCounters = (metrics: Metrics) => ({
  considered: metrics.counter("keeper_considered_total", "Decisions by name and outcome."),
  sent: metrics.counter("keeper_sent_total", "Actions sent, by name and result."),
  seconds: metrics.counter("keeper_action_seconds_total", "Time from decision to result, by name."),
  looks: metrics.counter("keeper_looks_total", "Looks at the chain, by result."),
});

/**
 * Looks at the chain at every head, decides, and sends. One look at a time: heads that arrive meanwhile lead to one
 * more look after it, and so does an action that succeeded. Needs come from the chain alone, so a restart continues.
 */
export const startEngine = ({ chain, strategies, transactions, metrics, log, signal }: EngineParams) => {
  const counters = createCounters(metrics);
  let head: Head;
  let failures = new Map<string, Failure>();
  let lookError: string | undefined;
  let retry: NodeJS.Timeout | undefined;

  const count = (decision: Decision): void => {
    const outcome = decision.kind === "act" ? "act" : `skip: ${decision.reason}`;
    counters.considered.inc({
      chain: String(chain.id),
      name: decision.kind === "act" ? decision.action.name : decision.name,
      outcome,
    });
  };

  const settle = ({ name, key }: Action, result: SendResult, startedAt: number): boolean => {
    const reason = failureOf(result);
    const labels = { chain: String(chain.id), name };
    counters.sent.inc({ ...labels, result: reason ?? "success" });
    counters.seconds.inc(labels, (performance.now() - startedAt) / 1_000);
    if (reason === undefined) {
      failures.delete(key);
      return true;
    }
    const failure = addFailure(failures.get(key), reason, performance.now());
    failures.set(key, failure);
    const detail = {
      key,
      reason,
      count: failure.count,
      detail: result.kind === "rejected" ? result.reason : undefined,
    };
    if (failure.count === ALARM_AFTER) log.error(detail, "alarm: the same failure again and again, slowing down");
    else log.info(detail, "action without effect");
    return false;
  };

  const perform = async (action: Action): Promise<boolean> => {
    const startedAt = performance.now();
    const { key, to, data } = action;
    return settle(action, await transactions.send({ key, to, data }), startedAt);
  };

  /** One look and what follows from it; true when something was changed. */
  const turn = async (): Promise<boolean> => {
    const decisions = await askOnce(chain.client, (ask) =>
      Promise.all(strategies.map((strategy) => strategy.look(ask, head))).then((all) => all.flat()),
    );
    for (const decision of decisions) count(decision);
    counters.looks.inc({ chain: String(chain.id), result: "answered" });

    const wanted = decisions.flatMap((decision) => (decision.kind === "act" ? [decision.action.key] : []));
    failures = keepWanted(failures, wanted);
    const now = performance.now();
    const actions = chooseActions(decisions).filter(({ key }) => (failures.get(key)?.retryAt ?? 0) <= now);
    return (await Promise.all(actions.map(perform))).some((changed) => changed);
  };

  let isLooking = false;
  let lookAgain = false;
  const look = async (): Promise<void> => {
    lookAgain = isLooking;
    if (isLooking || signal.aborted) return;
    isLooking = true;
    clearTimeout(retry);
    try {
      do {
        lookAgain = false;
        const changed = await turn();
        lookAgain ||= changed;
        lookError = undefined;
      } while (lookAgain && !signal.aborted);
    } catch (error) {
      if (!signal.aborted) lookFailed(error);
    }
    isLooking = false;
  };

  const lookFailed = (error: unknown): void => {
    lookError = rootMessage(error);
    counters.looks.inc({ chain: String(chain.id), result: "failed" });
    log.warn({ cause: lookError }, "could not look at the chain, trying again");
    retry = setTimeout(look, RETRY_LOOK_MS);
  };

  signal.addEventListener("abort", () => clearTimeout(retry), { once: true });
  chain.watchHeads((next) => {
    head = next;
    void look();
  }, signal);

  const status = (): EngineStatus => {
    const alarms = [...failures]
      .filter(([, failure]) => isAlarm(failure))
      .map(([key, { reason }]) => `${key}: ${reason}`);
    const ok = lookError === undefined && alarms.length === 0 && head !== undefined;
    return { chain: chain.id, ok, head: head?.number ?? 0n, lookError, alarms, transactions: transactions.status() };
  };
  return { status };
};
