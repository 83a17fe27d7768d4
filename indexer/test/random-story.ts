// The story of the tests on a chain that keeps changing its mind: blocks merged, parted, padded, rolled back.
import { createWords } from "@aibot/kit/node/simulation/random";
import { addresses } from "./deployment.ts";
import { type Emission, emit } from "./emissions.ts";
import type { FakeChain } from "./fake-chain.ts";
import { period, priceAt, seeds, setUp } from "./story.ts";

export type Random = (below: number) => number;

/** Whole numbers below `below`, the same for the same seed. */
export const createRandom = (seed: number): Random => {
  const word = createWords(seed);
  return (below) => word() % below;
};

const periods = 12;
const story: Emission[][] = [...setUp(), ...Array.from({ length: periods }, (_, k) => period(seeds + 1 + k)).flat()];

/** Blocks that need nothing to have happened, so that any branch may have them. */
const filler = (random: Random): Emission[] => {
  const amount = BigInt(1 + random(1_000));
  switch (random(6)) {
    case 0:
      return [emit.skimmed(addresses.usd, amount), emit.skimmed(addresses.spx, amount)];
    case 1:
      return [emit.priceUpdated(priceAt(random(100)), 1 + random(90_000))];
    case 2:
      return [emit.marketHalted(1 + random(2)), emit.marketResumed()];
    case 3:
      return [emit.transfer(addresses.alice, addresses.bob, amount), emit.capChanged(0n, random(9_000))];
    case 4:
      return [emit.claimAdded(addresses.bob, addresses.usd, amount), emit.feesAccrued(amount, 1n, 10n ** 18n + amount)];
    default:
      return [];
  }
};

export type RandomStory = {
  /** Mines one block: the next one or two of the story, or a filler. */
  mine(): void;
  /** Drops up to `depth` blocks: never the story's setting, and never below what was final when the chain was longest. */
  rollBack(depth: number): void;
};

/** How far the story has come is known of each block, so that another branch can take it up where it parts. */
export type RandomStoryParams = { chain: FakeChain; random: Random; finality: number };

export const createRandomStory = ({ chain, random, finality }: RandomStoryParams): RandomStory => {
  chain.mine([]);
  const told: number[] = [0];
  let [time, highest] = [1, 0];
  const tell = (emissions: Emission[], upTo: number) => {
    time += 1 + random(20_000); // some days in a few blocks
    chain.mine(emissions, time);
    told.push(upTo);
    highest = Math.max(highest, told.length - 1);
  };
  for (const [k, block] of setUp().entries()) tell(block, k + 1);
  return {
    mine() {
      const next = told.at(-1) as number;
      const count = 1 + random(2);
      const isOver = next + count > story.length;
      if (isOver || random(4) === 0) tell(filler(random), next);
      else tell(story.slice(next, next + count).flat(), next + count);
    },
    rollBack(depth) {
      const lowest = Math.max(setUp().length, highest - finality);
      const dropped = Math.min(depth, told.length - 1 - lowest);
      chain.rollBack(dropped);
      told.splice(told.length - dropped);
    },
  };
};
