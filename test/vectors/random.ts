// Seeded randomness for vectors: the same cases on every machine.

export type Random = {
  bits: (count: number) => bigint;
  below: (bound: bigint) => bigint;
  within: (bound: bigint) => bigint;
};

/** splitmix64. */
export const createRandom = (seed: bigint): Random => {
  let state = seed;
  const word = (): bigint => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = BigInt.asUintN(64, (state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  };
  const bits = (count: number): bigint => {
    let value = 0n;
    for (let have = 0; have < count; have += 64) value = (value << 64n) | word();
    return BigInt.asUintN(count, value);
  };
  const below = (bound: bigint): bigint => bits(320) % bound;
  return { bits, below, within: (bound) => below(2n * bound + 1n) - bound };
};

export const times = <T>(count: number, make: (k: number) => T): T[] =>
  Array.from({ length: count }, (_, k) => make(k));
