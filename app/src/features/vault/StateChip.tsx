import Box from "@mui/material/Box";
import { type Shape, Sign } from "../../components/Sign.tsx";
import type { Vault } from "../../data/vaults.ts";
import { stateOf, type VaultState } from "./model.ts";

const LOOK: Record<VaultState, { shape: Shape; text: string; color: string }> = {
  live: { shape: "dot", text: "live", color: "text.secondary" },
  halted: { shape: "square", text: "halted", color: "error.main" },
  empty: { shape: "ring", text: "no deposit yet", color: "text.secondary" },
};

export const StateChip = ({ vault }: { vault: Vault }) => {
  const { shape, text, color } = LOOK[stateOf(vault)];
  return (
    <Box component="span" sx={{ typography: "body2", color, whiteSpace: "nowrap" }}>
      <Sign shape={shape} />
      {text}
    </Box>
  );
};
