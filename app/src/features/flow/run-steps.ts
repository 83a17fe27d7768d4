import type { Hex, TransactionReceipt } from "viem";
import { type Action, Refusal, type Step } from "./flow.ts";
import type { FlowEvent } from "./flow-state.ts";
import type { Landing } from "./follow.ts";
import type { Journal } from "./journal.ts";
import type { Attempt, Pending } from "./pending.ts";

/** What the connected wallet and the chain's node do for a flow. */
export type StepRunner = {
  /** Read before the wallet is asked, so that the transaction is found again whatever happens. */
  attempt: () => Promise<Attempt>;
  follow: (params: {
    attempt: Attempt;
    hash: Hex | undefined;
    onHash: (hash: Hex) => void;
    signal: AbortSignal;
  }) => Promise<Landing>;
  isRejection: (error: unknown) => boolean;
  isUnreachable: (error: unknown) => boolean;
  sentenceOf: (error: unknown) => string;
  words: { reverted: string; replaced: string };
};

type Told = (event: FlowEvent) => void;

const outcomeOf = (action: Pick<Action, "verify">, step: string, receipt: TransactionReceipt, runner: StepRunner) => {
  if (receipt.status !== "success") throw new Refusal(runner.words.reverted);
  return action.verify(step, receipt);
};

type LandParams = {
  action: Pick<Action, "verify">;
  pending: Pick<Pending, "steps" | "step"> & { attempt: Attempt; hash: Hex | undefined };
  runner: StepRunner;
  journal: Journal;
  signal: AbortSignal;
};

/** Follows one transaction to its end. The last step's outcome is the flow's; before that, the next step is due. */
export const land = async (
  { action, pending, runner, journal, signal }: LandParams,
  report: Told,
): Promise<boolean> => {
  const { steps, step, attempt } = pending;
  let { hash } = pending;
  const onHash = (found: Hex) => {
    hash = found;
    journal.sent(step, found, attempt);
    report({ kind: "sent", hash: found });
  };
  try {
    const landing = await runner.follow({ attempt, hash, onHash, signal });
    if (landing.kind === "gone") throw new Refusal(runner.words.replaced);
    const { receipt } = landing;
    const outcome = outcomeOf(action, steps[step] ?? "", receipt, runner);
    if (step < steps.length - 1) journal.due(step + 1);
    else
      report({
        kind: "finished",
        included: { hash: receipt.transactionHash, block: receipt.blockNumber, outcome },
      });
    return true;
  } catch (error) {
    if (signal.aborted) return false; // the page went on; the journal brings it back
    report({ kind: "failed", reason: runner.sentenceOf(error), ...(hash === undefined ? {} : { hash }) });
    return false;
  }
};

type RunParams = Omit<LandParams, "pending"> & { steps: readonly Step[] };

/** A wallet that could not be reached may have sent all the same: then its transaction is looked for by its nonce. */
const sendOf = async (send: () => Promise<Hex>, { isUnreachable }: StepRunner): Promise<Hex | undefined> => {
  try {
    return await send();
  } catch (error) {
    if (isUnreachable(error)) return undefined;
    throw error;
  }
};

/** Asks the wallet for one step; undefined where it needs no transaction. */
const ask = async (step: Step, index: number, { runner, journal }: RunParams, report: Told) => {
  report({ kind: "stepStarted", step: index });
  if (step.kind === "signature") {
    report({ kind: "asking" });
    await step.sign();
    return undefined;
  }
  if (await step.isDone?.()) return undefined;
  const send = await step.prepare();
  const attempt = await runner.attempt();
  journal.asked(index, attempt);
  report({ kind: "asking" });
  const hash = await sendOf(send, runner);
  if (hash !== undefined) journal.sent(index, hash, attempt);
  report(hash === undefined ? { kind: "unanswered" } : { kind: "sent", hash });
  return { attempt, hash };
};

/** Does the steps one after the other and reports how it goes. */
export const runSteps = async (params: RunParams, report: Told): Promise<void> => {
  const { steps, runner, journal, signal } = params;
  const names = steps.map(({ name }) => name);
  for (const [index, step] of steps.entries()) {
    if (signal.aborted) return; // the page went on: nobody would see the wallet's question
    let sent: Awaited<ReturnType<typeof ask>>;
    try {
      sent = await ask(step, index, params, report);
    } catch (error) {
      journal.clear(); // nothing was sent
      const reason = runner.sentenceOf(error);
      return report(runner.isRejection(error) ? { kind: "rejected", reason } : { kind: "failed", reason });
    }
    if (sent === undefined) continue;
    if (!(await land({ ...params, pending: { steps: names, step: index, ...sent } }, report))) return;
  }
};
