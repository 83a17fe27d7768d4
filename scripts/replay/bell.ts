export type Bell = {
  fire: () => void;
  /** Resolves with true at the following `fire`, with false after `ms`. */
  next: (ms: number) => Promise<boolean>;
};

/** A signal that any number of loops can wait on. */
export const createBell = (): Bell => {
  let waiting: (() => void)[] = [];
  return {
    fire: () => {
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    next: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms, false);
        waiting.push(() => {
          clearTimeout(timer);
          resolve(true);
        });
      }),
  };
};
