// Which engine answers a batch first, from a few measured batches of each. Pure.

/** How long a batch took at best. */
export type Timing = { rows: number; ms: number };

/**
 * Milliseconds that a batch of `rows` will take: on the line through the two measured batches next to it, which are in
 * ascending order, at least one. From a single one, proportionally.
 */
export const estimatedMs = (timings: Timing[], rows: number): number => {
  const above = timings.findIndex((timing) => timing.rows >= rows);
  const right = timings[above === -1 ? timings.length - 1 : Math.max(above, 1)];
  const left = timings[above === -1 ? timings.length - 2 : Math.max(above, 1) - 1];
  if (right === undefined || left === undefined) {
    const only = timings[0];
    return only === undefined ? Number.POSITIVE_INFINITY : (only.ms / only.rows) * rows;
  }
  const perRow = (right.ms - left.ms) / (right.rows - left.rows);
  // Noise may measure a larger batch as the faster one; a batch never takes less than a smaller one.
  return left.ms + Math.max(0, perRow) * (rows - left.rows);
};

/** The candidate that answers `rows` first; the earlier one of equals. */
export const fastest = <Candidate extends { timings: Timing[] }>(
  candidates: Candidate[],
  rows: number,
): Candidate | undefined =>
  candidates.reduce<Candidate | undefined>((best, candidate) => {
    if (best === undefined) return candidate;
    return estimatedMs(candidate.timings, rows) < estimatedMs(best.timings, rows) ? candidate : best;
  }, undefined);
