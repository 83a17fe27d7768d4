import Box from "@mui/material/Box";
import { CalibrationPanel } from "./CalibrationPanel.tsx";
import { ErrorsPanel } from "./ErrorsPanel.tsx";
import type { Honesty } from "./use-honesty.ts";

/** How good such numbers were, by height and over time. */
export const HonestyPanels = ({ bins, errors, window }: Honesty) => (
  <Box
    sx={{
      display: "grid",
      gap: 2,
      gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "minmax(0, 1fr) minmax(0, 1fr)" },
      alignItems: "start",
    }}
  >
    <CalibrationPanel bins={bins} />
    <ErrorsPanel rows={errors} window={window} />
  </Box>
);
