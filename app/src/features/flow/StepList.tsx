import Box from "@mui/material/Box";
import type { ReactNode } from "react";
import { Sign } from "../../components/Sign.tsx";
import type { Step } from "./flow.ts";
import type { StepPhase } from "./flow-state.ts";

type StepListProps = { steps: readonly Step[]; current: number | undefined; phase: StepPhase | undefined };

const PHASE = { signing: "waiting for the wallet", mining: "waiting for the block" } as const;

const markOf = (index: number, current: number | undefined): ReactNode => {
  if (current === undefined || index > current) return index + 1;
  return <Sign shape={index === current ? "dot" : "tick"} />;
};

/** The transactions of an action; aria-live says which one is on its way. */
export const StepList = ({ steps, current, phase }: StepListProps) => (
  <Box
    component="ol"
    aria-live="polite"
    aria-label="Transactions"
    sx={{ listStyle: "none", m: 0, p: 0, display: "grid", gap: 1 }}
  >
    {steps.map((step, index) => (
      <Box
        component="li"
        key={step.label}
        aria-current={index === current ? "step" : undefined}
        sx={{
          display: "grid",
          gridTemplateColumns: "24px 1fr",
          color: index === current ? "text.primary" : "text.secondary",
        }}
      >
        <Box component="span" aria-hidden sx={{ color: "primary.main" }}>
          {markOf(index, current)}
        </Box>
        <span>
          {step.label}
          {index === current && phase !== undefined && (
            <Box sx={{ typography: "body2", color: "text.secondary" }}>{PHASE[phase]}…</Box>
          )}
        </span>
      </Box>
    ))}
  </Box>
);
