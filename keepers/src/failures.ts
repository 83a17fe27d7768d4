// When to stop trying. Times are of the monotonic clock.

export const ALARM_AFTER = 5;
const FIRST_PAUSE_MS = 1_000;
const LAST_PAUSE_MS = 60_000;

/** The same reason, again and again, for one action key. */
export type Failure = { reason: string; count: number; retryAt: number };

/** Counts a failure; from the fifth of the same reason on, tries again only after pauses that double. */
export const addFailure = (previous: Failure | undefined, reason: string, now: number): Failure => {
  const count = previous?.reason === reason ? previous.count + 1 : 1;
  const pause = count < ALARM_AFTER ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (count - ALARM_AFTER), LAST_PAUSE_MS);
  return { reason, count, retryAt: now + pause };
};

export const isAlarm = ({ count }: Failure): boolean => count >= ALARM_AFTER;

/** Forgets failures of actions that are no longer wanted: somebody else did them, or their need has passed. */
export const keepWanted = (failures: Map<string, Failure>, wanted: string[]): Map<string, Failure> => {
  const keys = new Set(wanted);
  return new Map([...failures].filter(([key]) => keys.has(key)));
};
