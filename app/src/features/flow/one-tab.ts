/** Runs `run` unless another tab is at it; the browser frees the lock when a tab closes or crashes. */
export const inOneTab = (key: string, run: () => Promise<void>): Promise<"ran" | "busy"> =>
  navigator.locks.request(key, { ifAvailable: true }, async (lock) => {
    if (lock === null) return "busy";
    await run();
    return "ran";
  });
