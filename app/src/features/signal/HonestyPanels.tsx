import Box from "@mui/material/Box";
import { useMemo } from "react";
import type { Outlook } from "../../data/signals.ts";
import { CalibrationPanel } from "./CalibrationPanel.tsx";
import { calibrationBins } from "./calibration.ts";
import { ErrorsPanel } from "./ErrorsPanel.tsx";
import { ScorePanel } from "./ScorePanel.tsx";
import { rollingErrors, scoreRounds, scoresOf } from "./scores.ts";

const WINDOW_HORIZONS = 12; // outcomes overlap within a horizon; twelve of them are a quarter of days or half a month of hours

type HonestyPanelsProps = { rows: readonly Outlook[] | undefined; horizon: number | undefined };

/** How good such numbers were: in words, by height and over time. */
export const HonestyPanels = ({ rows, horizon }: HonestyPanelsProps) => {
  const scored = useMemo(() => rows && scoreRounds(rows), [rows]);
  const window = WINDOW_HORIZONS * (horizon ?? 1);
  const scores = useMemo(() => scored && scoresOf(scored), [scored]);
  const bins = useMemo(() => scored && calibrationBins(scored), [scored]);
  const errors = useMemo(() => scored && rollingErrors(scored, window), [scored, window]);
  return (
    <>
      <ScorePanel scores={scores} isLoading={scored === undefined} horizon={horizon} />
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
    </>
  );
};
