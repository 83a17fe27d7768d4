import Box from "@mui/material/Box";
import { type ReactNode, useState } from "react";

const MARK = {
  borderRadius: 0.5,
  animation: "marked 1s ease-out",
  "@keyframes marked": {
    from: { backgroundColor: "color-mix(in srgb, var(--mui-palette-primary-main) 30%, transparent)" },
    to: { backgroundColor: "transparent" },
  },
} as const;

type MarkedProps = { value: string | number | bigint; children?: ReactNode };

/** A number that is marked for a second when it has changed, not when it first appears. */
export const Marked = ({ value, children = String(value) }: MarkedProps) => {
  const [seen, setSeen] = useState({ value, changes: 0 });
  if (seen.value !== value) setSeen({ value, changes: seen.changes + 1 });
  return (
    <Box component="span" key={seen.changes} data-changes={seen.changes} sx={seen.changes > 0 ? MARK : {}}>
      {children}
    </Box>
  );
};
