import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { type ReactNode, useId } from "react";
import { ErrorBoundary } from "./ErrorBoundary.tsx";

type PanelProps = { title: string; aside?: ReactNode; children: ReactNode; flush?: boolean };

/** One bordered part of a page, announced by its title; it fails alone. */
export const Panel = ({ title, aside, children, flush = false }: PanelProps) => {
  const id = useId();
  return (
    <Box
      component="section"
      aria-labelledby={id}
      sx={{ bgcolor: "background.paper", border: 1, borderColor: "divider", borderRadius: 1, minWidth: 0 }}
    >
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, alignItems: "baseline", px: 2, pt: 1.5, pb: 1 }}>
        <Typography id={id} component="h2" variant="h2" sx={{ flexGrow: 1, color: "text.secondary" }}>
          {title}
        </Typography>
        {aside}
      </Box>
      <Box sx={flush ? {} : { px: 2, pb: 2 }}>
        <ErrorBoundary>{children}</ErrorBoundary>
      </Box>
    </Box>
  );
};
