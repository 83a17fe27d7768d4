import Box from "@mui/material/Box";
import type { ReactNode } from "react";

const LENGTH = 100;

export type GaugeProps = {
  label: string;
  means: string;
  text: ReactNode; // "3.1 % of 20.0 %"
  words: string; // the same for a screen reader, with the warning
  warning: string | undefined;
  isReached: boolean;
  filled: bigint; // bps of the bar
  limitAt: bigint; // where on the bar the limit is, in bps
};

/** How much of a limit is used: a bar with its numbers, and words where it is close. */
export const Gauge = ({ label, means, text, words, warning, isReached, filled, limitAt }: GaugeProps) => (
  <Box title={means}>
    <Box sx={{ display: "flex", flexWrap: "wrap", justifyContent: "space-between", columnGap: 2 }}>
      <Box component="span" sx={{ color: "text.secondary" }}>
        {label}
      </Box>
      <Box component="span" sx={{ ml: "auto" }}>
        {text}
      </Box>
    </Box>
    <Box
      component="svg"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={LENGTH}
      aria-valuenow={Number(filled) / LENGTH}
      aria-valuetext={words}
      viewBox={`0 0 ${LENGTH} 6`}
      preserveAspectRatio="none"
      sx={{ display: "block", width: "100%", height: 6, my: 0.5, color: isReached ? "error.main" : "primary.main" }}
    >
      <Box component="rect" width={LENGTH} height={6} sx={{ fill: "var(--mui-palette-divider)" }} />
      <rect width={Number(filled) / LENGTH} height={6} fill="currentColor" />
      {limitAt < 10_000n && (
        <Box
          component="rect"
          x={Number(limitAt) / LENGTH}
          width={0.6}
          height={6}
          sx={{ fill: "var(--mui-palette-text-primary)" }}
        />
      )}
    </Box>
    {warning !== undefined && <Box sx={{ typography: "body2", fontWeight: 600 }}>{warning}</Box>}
  </Box>
);
