import type { Hex, TransactionReceipt } from "viem";
import type { Step } from "./flow.ts";
import type { FlowEvent } from "./flow-state.ts";

export type StepRunner = {
  waitForReceipt: (hash: Hex) => Promise<TransactionReceipt>;
  isRejection: (error: unknown) => boolean;
  sentenceOf: (error: unknown) => string;
};

/** Sends the steps one after the other and reports how it goes. The last step's outcome is the flow's. */
export const runSteps = async (
  steps: readonly Step[],
  runner: StepRunner,
  report: (event: FlowEvent) => void,
): Promise<void> => {
  let hash: Hex | undefined;
  try {
    for (const [index, step] of steps.entries()) {
      report({ kind: "stepStarted", step: index });
      hash = undefined;
      if (await step.isDone?.()) continue;
      hash = await step.commit();
      report({ kind: "sent" });
      const receipt = await runner.waitForReceipt(hash);
      if (receipt.status !== "success")
        throw new Error("The transaction was mined and reverted; nothing was moved. Review it again.");
      const outcome = step.verify(receipt);
      if (index === steps.length - 1)
        report({ kind: "finished", included: { hash, block: receipt.blockNumber, outcome } });
    }
  } catch (error) {
    if (hash === undefined && runner.isRejection(error))
      return report({ kind: "rejected", reason: runner.sentenceOf(error) });
    report({ kind: "failed", reason: runner.sentenceOf(error), ...(hash === undefined ? {} : { hash }) });
  }
};
