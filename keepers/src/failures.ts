// When to stop trying. Times are of the monotonic clock.

export const ALARM_AFTER = 5;
const FIRST_PAUSE_MS = 1_000;
const LAST_PAUSE_MS = 60_000;

/** What one action key has met so far. */
export type Failure = {
  reason: string;
  count: number; // of the same reason in a row
  paid: number; // transactions that reverted in their block, whatever the reason
  retryAt: number; // infinity: not again under this key
};

export type FailureParams = { reason: string; isPaid: boolean; now: number };

/**
 * Counts a failure. Reverted transactions cost gas: five for one need are the end of it. A refusal by simulation costs
 * nothing: from the fifth of the same reason on it is asked again only after pauses that double, as reasons may pass.
 */
export const addFailure = (previous: Failure | undefined, { reason, isPaid, now }: FailureParams): Failure => {
  const count = previous?.reason === reason ? previous.count + 1 : 1;
  const paid = (previous?.paid ?? 0) + (isPaid ? 1 : 0);
  const pause = count < ALARM_AFTER ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (count - ALARM_AFTER), LAST_PAUSE_MS);
  return { reason, count, paid, retryAt: paid >= ALARM_AFTER ? Number.POSITIVE_INFINITY : now + pause };
};

export const isAlarm = ({ count, paid }: Failure): boolean => count >= ALARM_AFTER || paid >= ALARM_AFTER;

/** Forgets failures of actions that are no longer wanted: somebody else did them, or their need has changed. */
export const keepWanted = (failures: Map<string, Failure>, wanted: string[]): Map<string, Failure> => {
  const keys = new Set(wanted);
  return new Map([...failures].filter(([key]) => keys.has(key)));
};
