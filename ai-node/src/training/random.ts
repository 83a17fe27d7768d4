// Random numbers that are the same in every run and on every machine.

/** From 0 to 2^32 − 1, one after the other: Marsaglia's xorshift of 32 bits, its seed spread by a golden multiple. */
export const createRandom = (seed: number) => {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return {
    /** A number in [0, 1). */
    unit: (): number => next() / 2 ** 32,
    /** A whole number in [0, bound). */
    below: (bound: number): number => Math.floor((next() / 2 ** 32) * bound),
  };
};

export type Random = ReturnType<typeof createRandom>;

/** `values` in a random order, in place. */
export const shuffle = (values: Uint32Array, random: Random): void => {
  for (let k = values.length - 1; k > 0; k -= 1) {
    const other = random.below(k + 1);
    const kept = values[k] ?? 0;
    values[k] = values[other] ?? 0;
    values[other] = kept;
  }
};

/** Normally distributed, mean 0 and variance 1: Box and Muller's transform. */
export const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());
