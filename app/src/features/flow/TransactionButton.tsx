import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";
import { Notice } from "../../components/Notice.tsx";
import { useWalletText } from "../../messages/wallet-text.ts";
import type { Action, Step } from "./flow.ts";
import type { FlowEvent } from "./flow-state.ts";
import type { Place } from "./pending.ts";
import { runSteps } from "./run-steps.ts";
import { useStepRunner } from "./use-step-runner.ts";

type TransactionButtonProps = { label: string; step: Step; verify: Action["verify"]; place: Place };

// Nothing of value leaves, so a lost one is pressed again.
const NO_JOURNAL = { read: () => undefined, asked: () => {}, sent: () => {}, due: () => {}, clear: () => {} };

/** One transaction that needs no review, because nothing of value leaves. */
export const TransactionButton = ({ label, step, verify, place }: TransactionButtonProps) => {
  const { w } = useWalletText();
  const runner = useStepRunner(place.chain, place.owner);
  const [isRunning, setRunning] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const report = (event: FlowEvent) =>
    setProblem(event.kind === "failed" || event.kind === "rejected" ? event.reason : undefined);
  const run = async () => {
    setRunning(true);
    const { signal } = new AbortController(); // ends with its transaction
    await runSteps({ action: { verify }, steps: [step], runner, journal: NO_JOURNAL, signal }, report);
    setRunning(false);
  };
  return (
    <Box sx={{ display: "grid", gap: 1 }}>
      <Button variant="outlined" disabled={isRunning} onClick={() => void run()}>
        {isRunning ? w.flow.waitingForBlock : label}
      </Button>
      {problem !== undefined && <Notice tone="attention">{problem}</Notice>}
    </Box>
  );
};
