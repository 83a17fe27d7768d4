import { rootMessage } from "../errors.ts";
import type { Logger } from "./log.ts";

/** Time as the transaction manager sees it: monotonic milliseconds. Tests run it faster than the world. */
export type Clock = {
  now: () => number;
  /** Runs `task` once after `ms`; the function it returns takes that back. */
  after: (ms: number, task: () => void) => () => void;
};

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, task) => {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 10_000;

const pause = (clock: Clock, ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const end = () => {
      cancel();
      reject(signal.reason);
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener("abort", end);
      resolve();
    });
    signal.addEventListener("abort", end, { once: true });
  });

export type PersistParams = { clock: Clock; log: Logger; signal: AbortSignal };

/** Repeats `request`, after pauses that double, until it succeeds or `signal` aborts. */
export const persist = async <T>({ clock, log, signal }: PersistParams, request: () => Promise<T>): Promise<T> => {
  for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(waitMs * 2, LAST_RETRY_MS)) {
    signal.throwIfAborted();
    try {
      return await request();
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      log.warn({ cause: rootMessage(error), waitMs }, "no answer, trying again");
      await pause(clock, waitMs, signal);
    }
  }
};
