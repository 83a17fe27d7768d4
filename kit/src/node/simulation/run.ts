import { createLog, type Logger } from "../log.ts";
import { runSchedule } from "./schedule.ts";
import type { Verdict } from "./verdict.ts";

export type Failure = { seed: number; violations: string[] };
export type Summary = { failures: Failure[]; races: number; counts: Verdict["counts"] };
export type RunParams = { first: number; count: number; onProgress?: (done: number) => void; log?: Logger };

const PROGRESS_EVERY = 1_000;

/** Runs schedules of consecutive seeds, each from the beginning to rest. */
export const runSchedules = async (params: RunParams): Promise<Summary> => {
  const { first, count, onProgress = () => {}, log = createLog("simulation", "silent") } = params;
  const summary: Summary = {
    failures: [],
    races: 0,
    counts: { broadcasts: 0, signed: 0, replaced: 0, foreign: 0, empties: 0, orphaned: 0, kills: 0 },
  };
  for (let seed = first; seed < first + count; seed++) {
    const { violations, races, counts } = await runSchedule(seed, log);
    if (violations.length > 0) summary.failures.push({ seed, violations });
    summary.races += races;
    for (const name of Object.keys(counts) as (keyof typeof counts)[]) summary.counts[name] += counts[name];
    if ((seed - first + 1) % PROGRESS_EVERY === 0) onProgress(seed - first + 1);
  }
  return summary;
};

/** What is broken, and how to see it again. */
export const describeFailure = ({ seed, violations }: Failure): string =>
  `seed ${seed}: ${violations.join("; ")}; again: node scripts/nightly/schedules.ts --log debug ${seed} 1`;
