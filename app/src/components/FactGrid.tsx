import Box from "@mui/material/Box";
import type { ReactNode } from "react";

export type GridFact = { label: string; value: ReactNode; exact?: string | undefined };

const GRID = {
  display: "grid",
  gridTemplateColumns: { xs: "repeat(2, minmax(0, 1fr))", sm: "repeat(3, minmax(0, 1fr))" },
  columnGap: 3,
  rowGap: 1,
  m: 0,
} as const;

/** Labels above values, side by side where there is room; the full precision on hover. */
export const FactGrid = ({ facts }: { facts: readonly GridFact[] }) => (
  <Box component="dl" sx={GRID}>
    {facts.map(({ label, value, exact }) => (
      <div key={label}>
        <Box component="dt" sx={{ color: "text.secondary", typography: "body2" }}>
          {label}
        </Box>
        <Box component="dd" title={exact} sx={{ m: 0, overflowWrap: "anywhere" }}>
          {value}
        </Box>
      </div>
    ))}
  </Box>
);
