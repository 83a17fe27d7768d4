/** Repeatable randomness: the same seed, the same choices. */
export type Random = {
  /** In [0, 1). */
  next: () => number;
  /** A whole number in [low, high]. */
  between: (low: number, high: number) => number;
  chance: (probability: number) => boolean;
  pick: <T>(items: readonly [T, ...T[]]) => T;
};

/** Whole numbers below 2^32, one after the other: mulberry32, whose 32 bits of state are plenty for tests. */
export const createWords = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
};

export const createRandom = (seed: number): Random => {
  const word = createWords(seed);
  const next = () => word() / 2 ** 32;
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: (items) => items[between(0, items.length - 1)] as never,
  };
};
