import Box from "@mui/material/Box";
import type { ReactNode } from "react";
import type { Hex } from "viem";
import { ChainLink } from "../../components/ChainLink.tsx";
import { Sign } from "../../components/Sign.tsx";
import { useWalletText } from "../../messages/wallet-text.ts";
import type { StepPhase } from "./flow-state.ts";

type StepListProps = {
  labels: readonly string[];
  chain: number;
  current?: number;
  phase?: StepPhase;
  hash?: Hex | undefined;
};

const markOf = (index: number, current: number | undefined): ReactNode => {
  if (current === undefined || index > current) return index + 1;
  return <Sign shape={index === current ? "dot" : "tick"} />;
};

/** What the wallet is asked for; aria-live says which of it is on its way. */
export const StepList = ({ labels, chain, current, phase, hash }: StepListProps) => {
  const { w } = useWalletText();
  return (
    <Box
      component="ol"
      aria-live="polite"
      aria-label={w.flow.steps}
      sx={{ listStyle: "none", m: 0, p: 0, display: "grid", gap: 1 }}
    >
      {labels.map((label, index) => (
        <Box
          component="li"
          key={label}
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
            {label}
            {index === current && phase !== undefined && (
              <Box sx={{ typography: "body2", color: "text.secondary" }}>
                {w.flow.phases[phase]}{" "}
                {hash !== undefined && <ChainLink chain={chain} kind="transaction" value={hash} />}
              </Box>
            )}
          </span>
        </Box>
      ))}
    </Box>
  );
};
