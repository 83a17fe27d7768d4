import { useMemo } from "react";
import type { Outlook } from "../../data/signals.ts";
import { type Bin, calibrationBins } from "./calibration.ts";
import { type RollingErrors, rollingErrors, type Scores, scoreRounds, scoresOf } from "./scores.ts";

const WINDOW_HORIZONS = 12; // outcomes overlap within a horizon; twelve are a quarter of days, or half a month of hours

/** How good forecasts were; undefined while they are read, `scores` also until there is something to score. */
export type Honesty = {
  isLoading: boolean;
  scores: Scores | undefined;
  bins: Bin[] | undefined;
  errors: RollingErrors[] | undefined;
  window: number;
};

export const useHonesty = (rows: readonly Outlook[] | undefined, horizon: number | undefined): Honesty => {
  const window = WINDOW_HORIZONS * (horizon ?? 1);
  return useMemo(() => {
    const scored = rows && scoreRounds(rows);
    return {
      isLoading: scored === undefined,
      scores: scored && scoresOf(scored),
      bins: scored && calibrationBins(scored),
      errors: scored && rollingErrors(scored, window),
      window,
    };
  }, [rows, window]);
};
