// IDX-1 when the processor is killed: between reading, writing and committing, in a backfill and at the head.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { deployment } from "../test/deployment.ts";
import { createFakeChain, serveRpc } from "../test/fake-chain.ts";
import { rowsOf, startIndexing, untilHead } from "../test/indexing.ts";
import { createRandom, createRandomStory } from "../test/random-story.ts";
import { useDatabase } from "../test/test-database.ts";

const kills = Number(process.env.IDX_KILLS ?? 8);
const seed = Number(process.env.IDX_FIRST_SEED ?? Date.now() % 1_000_000);
const database = useDatabase("killed");
const program = fileURLToPath(new URL("../test/killed-processor.ts", import.meta.url));
const points = ["reading", "before writing", "written, not committed"];

describe("a processor that is killed", () => {
  it(`IDX-1: leaves what a replay leaves, ${kills} kills, seed ${seed}`, async () => {
    const { pool, dbUrl } = database;
    const random = createRandom(seed);
    const finality = 12;
    const chain = createFakeChain(deployment.chainId);
    const story = createRandomStory({ chain, random, finality });
    for (let k = 0; k < 30; k++) story.mine();
    const node = await serveRpc(chain.request);

    for (let k = 0; k < kills; k++) {
      const [point, count] = [points[k % points.length], 1 + random(6)];
      const job = JSON.stringify({ url: node.url, dbUrl, finality, point, count });
      const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, job]);
      let ended = false;
      let output = "";
      child.stderr.on("data", (chunk) => {
        output += chunk;
      });
      const exit = once(child, "exit").finally(() => {
        ended = true;
      });
      while (!ended) {
        // It gets something to do until it reaches its point.
        await Promise.race([exit, new Promise((resolve) => setTimeout(resolve, 100))]);
        if (random(3) === 0) story.rollBack(1 + random(4));
        story.mine();
      }
      assert.deepEqual(await exit, [null, "SIGKILL"], output);
    }

    const survivor = startIndexing({ chain, chainId: deployment.chainId, dbUrl, finality });
    await untilHead({ pool, chainId: deployment.chainId, hash: chain.tip().header.hash, indexing: survivor });
    await survivor.stop();
    const replay = startIndexing({ chain, chainId: 5_000_000, dbUrl, finality: 1 });
    await untilHead({ pool, chainId: 5_000_000, hash: chain.tip().header.hash, indexing: replay });
    await replay.stop();
    node.close();
    assert.deepEqual(await rowsOf(pool, deployment.chainId), await rowsOf(pool, 5_000_000));
  });
});
