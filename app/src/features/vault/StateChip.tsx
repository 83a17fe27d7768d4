import Box from "@mui/material/Box";
import { type Shape, Sign } from "../../components/Sign.tsx";
import type { Vault } from "../../data/vaults.ts";
import { useText } from "../../messages/text.tsx";
import { useChainNow } from "../network-status/network-status.tsx";
import { stateOf, type VaultState } from "./model.ts";

const LOOK: Record<VaultState, { shape: Shape; color: string }> = {
  live: { shape: "dot", color: "text.secondary" },
  halted: { shape: "square", color: "error.main" },
  paused: { shape: "flat", color: "text.primary" },
  empty: { shape: "ring", color: "text.secondary" },
};

export const StateChip = ({ vault }: { vault: Vault }) => {
  const { m } = useText();
  const state = stateOf(vault, useChainNow(vault.chain));
  const { shape, color } = LOOK[state];
  return (
    <Box component="span" sx={{ typography: "body2", color, whiteSpace: "nowrap" }}>
      <Sign shape={shape} />
      {m.vault.states[state]}
    </Box>
  );
};
