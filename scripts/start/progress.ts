// The list of what has been started, with times, on standard error.
export type Progress = ReturnType<typeof createProgress>;

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`.padStart(8);

/** Steps may overlap; each gets its line when it is done. */
export const createProgress = (write: (text: string) => void) => ({
  step: async <T>(title: string, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const result = await work();
    write(`  ✓ ${title.padEnd(46)}${seconds(performance.now() - started)}\n`);
    return result;
  },
  say: (text: string) => write(`${text}\n`),
});
