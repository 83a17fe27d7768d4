// IDX-1 on many random histories: one database, a chain in memory for each seed, everything between them real.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createFakeChain } from "../test/fake-chain.ts";
import { rowsOf, startIndexing, untilHead } from "../test/indexing.ts";
import { createRandom, createRandomStory } from "../test/random-story.ts";
import { useDatabase } from "../test/test-database.ts";

const seeds = Number(process.env.IDX_SEEDS ?? 100);
const firstSeed = Number(process.env.IDX_FIRST_SEED ?? 1);
const finality = 12;
const steps = 6;

const database = useDatabase("reorganised");

/** Plays the history of `seed` under the eyes of a processor, then compares with one that sees only how it ended. */
const play = async (seed: number): Promise<void> => {
  const { dbUrl, pool } = database;
  const random = createRandom(seed);
  const [chainId, replayId] = [1_000_000_000 + seed, 1_500_000_000 + seed];
  const chain = createFakeChain(chainId);
  const story = createRandomStory({ chain, random, finality });
  const blocks = (most: number) => {
    for (let count = random(most + 1); count > 0; count--) story.mine();
  };
  blocks(12); // some of it before the processor starts: read as a range
  const indexing = startIndexing({ chain, chainId, dbUrl, finality });
  const caughtUp = () => untilHead({ pool, chainId, hash: chain.tip().header.hash, indexing });

  await caughtUp();
  for (let step = 0; step < steps; step++) {
    blocks(4);
    if (random(3) > 0) await caughtUp();
    if (random(2) === 0) story.rollBack(1 + random(finality));
    if (random(4) === 0) await caughtUp();
  }
  blocks(3);
  await caughtUp();
  await indexing.stop();

  const replay = startIndexing({ chain, chainId: replayId, dbUrl, finality: 1 });
  await untilHead({ pool, chainId: replayId, hash: chain.tip().header.hash, indexing: replay });
  await replay.stop();
  assert.deepEqual(await rowsOf(pool, chainId), await rowsOf(pool, replayId), `seed ${seed}`);
};

describe("a chain that changes its mind", () => {
  it(`IDX-1: leaves what a replay of its end leaves, seeds ${firstSeed} to ${firstSeed + seeds - 1}`, async (context) => {
    for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
      await play(seed).catch((error: Error) => {
        context.diagnostic(`failed with IDX_FIRST_SEED=${seed} IDX_SEEDS=1`);
        throw error;
      });
    }
  });
});
