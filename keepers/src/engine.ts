import { rootMessage } from "@aibot/kit/errors";
import type { Chain, Head } from "@aibot/kit/node/chain";
import type { Logger } from "@aibot/kit/node/log";
import type { Metrics } from "@aibot/kit/node/metrics";
import { type SendResult, type Transactions, transactionFaults } from "@aibot/kit/node/transactions";
import { askOnce } from "./ask.ts";
import { addFailure, type Failure, isAlarm, keepWanted } from "./failures.ts";
import { createMeters } from "./meters.ts";
import { type Action, chooseActions, type Decision, type Strategy } from "./strategy.ts";

const RETRY_LOOK_MS = 1_000;

export type EngineParams = {
  chain: Pick<Chain, "id" | "client" | "watchHeads">;
  strategies: Strategy[]; // most urgent first
  transactions: Pick<Transactions, "send" | "status">;
  metrics: Metrics;
  log: Logger;
  signal: AbortSignal;
};

export type EngineStatus = {
  chain: number;
  reasons: string[]; // why it is not healthy, a sentence each
  head: bigint;
  alarms: string[];
  transactions: ReturnType<Transactions["status"]>;
};

type Ending = { reason: string; isPaid: boolean; detail?: string };

/** What went wrong, if anything; undefined is success. */
const failureOf = (result: SendResult): Ending | undefined => {
  if (result.kind === "rejected") return { reason: result.error ?? "refused", isPaid: false, detail: result.reason };
  if (result.kind === "done") return { reason: "done before, yet wanted again", isPaid: false };
  return result.status === "success" ? undefined : { reason: "reverted in its block", isPaid: true };
};

/** Waits for the fees to fall: nothing that another try or another need would change. */
const isPostponed = (result: SendResult): boolean => result.kind === "rejected" && result.error === "FeesCapped";

/**
 * Looks at the chain at every head, decides, and sends. One look at a time: heads that arrive meanwhile lead to one
 * more look after it, and so does an action that succeeded. Needs come from the chain alone, so a restart continues.
 */
export const startEngine = ({ chain, strategies, transactions, metrics, log, signal }: EngineParams) => {
  const meters = createMeters(metrics, chain.id);
  let head: Head | undefined;
  let failures = new Map<string, Failure>();
  let turnError: string | undefined;
  let retry: NodeJS.Timeout | undefined;

  /** True when something was changed. */
  const settle = ({ name, key }: Action, result: SendResult, startedAt: number): boolean => {
    const now = performance.now();
    const failure = failureOf(result);
    meters.ended({ name, reason: failure?.reason, seconds: (now - startedAt) / 1_000 });
    if (failure === undefined) {
      failures.delete(key);
      return true;
    }
    if (isPostponed(result)) return false;
    const before = failures.get(key);
    const after = addFailure(before, { ...failure, now });
    failures.set(key, after);
    const told = { key, ...failure, count: after.count, paid: after.paid };
    if (!isAlarm(after)) log.info(told, "action without effect");
    else if (before === undefined || !isAlarm(before)) {
      log.error(told, "alarm: failing again and again, slowing down or giving up until the need changes");
    }
    return false;
  };

  const perform = async (action: Action): Promise<boolean> => {
    const startedAt = performance.now();
    const { name, key, to, data, leastGas } = action;
    meters.sent(name);
    const result = await transactions.send({ key, to, data, ...(leastGas === undefined ? {} : { leastGas }) });
    return settle(action, result, startedAt);
  };

  const select = (decisions: Decision[]): Action[] => {
    const wanted = decisions.flatMap((decision) => (decision.kind === "act" ? [decision.action.key] : []));
    failures = keepWanted(failures, wanted);
    const now = performance.now();
    return chooseActions(decisions).filter(({ key }) => (failures.get(key)?.retryAt ?? 0) <= now);
  };

  /** One look and what follows from it; true when something was changed. */
  const turn = async (at: Head): Promise<boolean> => {
    const decisions = await askOnce(chain.client, (ask) =>
      Promise.all(strategies.map((strategy) => strategy.look(ask, at))).then((all) => all.flat()),
    );
    meters.looked("answered");
    for (const decision of decisions) meters.decided(decision);
    if (transactions.status().feesCapped) return false; // the next head may be cheaper
    const ends = await Promise.allSettled(select(decisions).map(perform));
    const broken = ends.find((end) => end.status === "rejected");
    if (broken !== undefined) throw broken.reason;
    return ends.some((end) => end.status === "fulfilled" && end.value);
  };

  let isLooking = false;
  let lookAgain = false;
  const look = async (): Promise<void> => {
    lookAgain = isLooking;
    if (isLooking || signal.aborted || head === undefined) return;
    isLooking = true;
    clearTimeout(retry);
    try {
      do {
        lookAgain = false;
        const changed = await turn(head);
        lookAgain ||= changed;
        turnError = undefined;
      } while (lookAgain && !signal.aborted);
    } catch (error) {
      if (!signal.aborted) turnFailed(error);
    }
    isLooking = false;
  };

  const turnFailed = (error: unknown): void => {
    turnError = rootMessage(error);
    meters.looked("failed");
    log.warn({ cause: turnError }, "could not look or act, trying again");
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
      .map(([key, { reason, count, paid }]) => `${key}: ${reason}, ${Math.max(count, paid)} times.`);
    const sending = transactions.status();
    const looking = turnError === undefined ? [] : [`The last look failed: ${turnError}`];
    const waiting = head === undefined ? ["No block was seen yet."] : [];
    const reasons = [...waiting, ...looking, ...transactionFaults(sending), ...alarms];
    return { chain: chain.id, reasons, head: head?.number ?? 0n, alarms, transactions: sending };
  };
  return { status };
};
