import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";
import { Notice } from "../../components/Notice.tsx";
import type { Step } from "./flow.ts";
import type { FlowEvent } from "./flow-state.ts";
import { runSteps } from "./run-steps.ts";
import { useStepRunner } from "./use-step-runner.ts";

/** One transaction that needs no review, because nothing of value leaves. */
export const TransactionButton = ({ step }: { step: Step }) => {
  const runner = useStepRunner();
  const [isRunning, setRunning] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const report = (event: FlowEvent) =>
    setProblem(event.kind === "failed" || event.kind === "rejected" ? event.reason : undefined);
  const run = async () => {
    setRunning(true);
    await runSteps([step], runner, report);
    setRunning(false);
  };
  return (
    <Box sx={{ display: "grid", gap: 1 }}>
      <Button variant="outlined" disabled={isRunning} onClick={() => void run()}>
        {isRunning ? "Waiting for the block…" : step.label}
      </Button>
      {problem !== undefined && <Notice tone="attention">{problem}</Notice>}
    </Box>
  );
};
