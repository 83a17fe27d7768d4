import type { Faults } from "./node.ts";
import { createRandom, type Random } from "./random.ts";

/** One thing that a caller wants done exactly once. */
export type Wish = {
  key: string;
  at: number; // ms
  refusals: number; // so many simulations say no first
  reverts: number; // so many transactions revert in their block first
  isBlind: boolean; // brings its own gas limit: no simulation
};

export type Plan = {
  seed: number;
  random: Random;
  faults: Omit<Faults, "behind"> & { full: number }; // and a journal that cannot be written
  chaosMs: number;
  wishes: Wish[];
  kills: ({ atWrite: number } | { atMs: number })[]; // one a life; writes are counted from its start
  orphanChance: number; // per block
  foreignChance: number;
  dropChance: number;
  spikeChance: number;
  setBackAt: number; // ms: the chain is set back below final blocks, its pool emptied; infinity: never
  outage: { from: number; to: number; behind: number }; // the node shows a state below final blocks for seconds
  isMoody: boolean; // what reverted may succeed in another block
};

export const FEE_CAP = 50n * 10n ** 9n;
export const FINALITY_BLOCKS = 8n;
export const DEEPEST_ORPHAN = 5;

/** Everything that goes wrong in one schedule follows from its seed; in each, some kinds of faults are absent. */
export const createPlan = (seed: number): Plan => {
  const random = createRandom(seed);
  const { next, between, chance } = random;
  const upTo = (most: number) => (chance(0.5) ? 0 : next() * most);
  const chaosMs = between(8_000, 45_000);
  const outageAt = between(0, chaosMs - 6_000);
  const wish = (_: unknown, i: number): Wish => ({
    key: `wish ${i}`,
    at: between(0, chaosMs),
    refusals: chance(0.3) ? between(1, 3) : 0,
    reverts: chance(0.3) ? between(1, 2) : 0,
    isBlind: chance(0.3),
  });
  const kill = () => (chance(0.7) ? { atWrite: between(1, 16) } : { atMs: between(1, chaosMs / 2) });
  return {
    seed,
    random,
    faults: {
      lost: upTo(0.25),
      unanswered: upTo(0.3),
      lagging: upTo(0.4),
      lying: upTo(0.1),
      mute: upTo(0.5),
      full: upTo(0.1),
    },
    chaosMs,
    wishes: Array.from({ length: between(2, 7) }, wish),
    kills: Array.from({ length: between(0, 4) }, kill),
    orphanChance: upTo(0.25),
    foreignChance: upTo(0.06),
    dropChance: upTo(0.2),
    spikeChance: upTo(0.2),
    setBackAt: chance(0.08) ? between(chaosMs / 2, chaosMs) : Number.POSITIVE_INFINITY,
    outage: { from: outageAt, to: chance(0.3) ? outageAt + between(1_000, 6_000) : outageAt, behind: between(10, 25) },
    isMoody: chance(0.15),
  };
};
