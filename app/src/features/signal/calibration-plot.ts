// Where a calibration is drawn: the same logarithmic scale on both axes, so that the diagonal is a straight line.
import type { Bin } from "./calibration.ts";

export const PLOT = { width: 320, height: 284, left: 28, right: 312, top: 28, bottom: 244 } as const;

const TICKS = [1, 2, 3, 5, 7]; // and their powers of ten, in hundredths of a percent

const ticksBetween = (low: number, high: number): number[] =>
  [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]
    .flatMap((power) => TICKS.map((tick) => tick * power))
    .filter((bps) => bps >= low && bps <= high);

/** Places volatilities in bps; drawing only, so doubles do. */
export const plotOf = (bins: readonly Bin[]) => {
  const values = bins.flatMap(({ forecastBps, outcomeBps }) => [forecastBps, outcomeBps]);
  const low = Math.max(1, Math.floor(Math.min(...values) / 1.25));
  const high = Math.ceil(Math.max(...values) * 1.25);
  const share = (bps: number): number => Math.log(Math.max(bps, low) / low) / Math.log(high / low);
  return {
    low,
    high,
    ticks: ticksBetween(low, high),
    at: (bps: number) => ({
      x: PLOT.left + share(bps) * (PLOT.right - PLOT.left),
      y: PLOT.bottom - share(bps) * (PLOT.bottom - PLOT.top),
    }),
  };
};
