import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import type { ReactNode } from "react";

export type Fact = { label: string; value: ReactNode; exact?: string | undefined };

// A hash keeps to its line elsewhere; here it breaks before it leaves the panel, when text is large.
const VALUE = { m: 0, textAlign: "right", overflowWrap: "anywhere", "& > span": { whiteSpace: "normal" } } as const;

/** Labels left, values right; the full precision on hover. An undefined value is still loading. */
export const Facts = ({ facts }: { facts: readonly Fact[] }) => (
  <Box
    component="dl"
    sx={{ m: 0, display: "grid", gridTemplateColumns: "fit-content(60%) minmax(0, 1fr)", columnGap: 2, rowGap: 0.75 }}
  >
    {facts.map(({ label, value, exact }) => (
      <Box key={label} sx={{ display: "contents" }}>
        <Box component="dt" sx={{ color: "text.secondary" }}>
          {label}
        </Box>
        <Box component="dd" title={exact} sx={VALUE}>
          {value === undefined ? <Skeleton width={72} sx={{ ml: "auto" }} /> : value}
        </Box>
      </Box>
    ))}
  </Box>
);
