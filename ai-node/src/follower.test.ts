import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { feedId, marketId } from "@aibot/kit/ids";
import type { Hex } from "viem";
import { type ChainReads, createFollower } from "./follower.ts";
import type { ProtocolLog } from "./protocol-logs.ts";
import { createTrack } from "./track.ts";

const feed = feedId("SPX/USD vol");

/** A chain of blocks, each named by a letter; a block named like "b!" publishes one round, unequal for want of a model. */
const createBlocks = (names: string[]) => {
  let blocks = names;
  let calls = 0;
  let isDown = false;
  const hashOf = (name: string): Hex => `0x${Buffer.from(name).toString("hex")}`;
  const head = () => ({
    number: BigInt(blocks.length - 1),
    hash: hashOf(blocks.at(-1) ?? ""),
    parentHash: hashOf(blocks.at(-2) ?? ""),
  });
  const publication = (blockNumber: bigint) =>
    ({
      eventName: "SignalPublished",
      args: { feed, round: Number(blockNumber), model: "0x", value: 0n, level: 1, closedAt: 0, features: "0x" },
      blockNumber,
      blockHash: "0x",
      transactionHash: "0x",
      logIndex: 0,
    }) as unknown as ProtocolLog;
  const reads: ChainReads = {
    logs: async ({ fromBlock, toBlock }) => {
      if (isDown) throw new Error("connection refused");
      calls += 1;
      return blocks.flatMap((name, k) =>
        name.endsWith("!") && BigInt(k) >= fromBlock && BigInt(k) <= toBlock ? [publication(BigInt(k))] : [],
      );
    },
    hashAt: async (number) => {
      const name = blocks[Number(number)];
      return name === undefined ? undefined : hashOf(name);
    },
    models: async () => [],
  };
  return {
    reads,
    head,
    become: (next: string[]) => (blocks = next),
    setDown: (down: boolean) => (isDown = down),
    logCalls: () => calls,
  };
};

const start = (names: string[]) => {
  const chain = createBlocks(names);
  const tracks = [createTrack(feed, marketId("SPX/USD"))];
  const follower = createFollower({ reads: chain.reads, startBlock: 1n, tracks });
  const rounds = async () => (await follower.advance(chain.head())).map(({ round }) => round);
  const unequal = () => follower.checkpoint().counts.get(feed)?.unequal ?? 0;
  return { chain, follower, rounds, unequal };
};

describe("follower", () => {
  it("reads the whole history in one pass, then only what is new", async () => {
    const { chain, rounds, unequal } = start(["g", "a!", "b", "c!"]);
    assert.deepEqual(await rounds(), [1, 3]);
    assert.equal(chain.logCalls(), 1);

    chain.become(["g", "a!", "b", "c!", "d!"]);
    assert.deepEqual(await rounds(), [4]);
    assert.equal(unequal(), 3);
  });

  it("does nothing twice for the same head", async () => {
    const { rounds, unequal } = start(["g", "a!"]);
    await rounds();
    assert.deepEqual(await rounds(), []);
    assert.equal(unequal(), 1);
  });

  it("takes back rounds of replaced blocks and compares their successors", async () => {
    const { chain, rounds, unequal } = start(["g", "a!"]);
    await rounds();
    chain.become(["g", "a!", "b!", "c!"]);
    await rounds();

    chain.become(["g", "a!", "B", "C", "D!"]);
    assert.deepEqual(await rounds(), [4]);
    assert.equal(unequal(), 2);
  });

  it("follows a chain that became shorter, down to nothing", async () => {
    const { chain, follower, rounds, unequal } = start(["g", "a!", "b!"]);
    await rounds();
    chain.become(["g", "A"]);
    assert.deepEqual(await rounds(), []);
    assert.equal(unequal(), 0);
    assert.equal(follower.checkpoint().number, 1n);
  });

  it("SIG-1: doubts the model of an unequal round, by the first of them, until its block is replaced", async () => {
    const { chain, follower, rounds } = start(["g", "a", "b!", "c!"]);
    await rounds();
    assert.match(follower.checkpoint().doubts.get("0x") ?? "", /^round 2: /);

    chain.become(["g", "a", "b!", "c!", "d!"]);
    await rounds();
    assert.match(follower.checkpoint().doubts.get("0x") ?? "", /^round 2: /);

    chain.become(["g", "A", "B"]);
    await rounds();
    assert.equal(follower.checkpoint().doubts.size, 0);
  });

  it("follows a replacement of the same height", async () => {
    const { chain, rounds, unequal } = start(["g", "a", "b!"]);
    await rounds();
    chain.become(["g", "a", "B!"]);
    assert.deepEqual(await rounds(), [2]);
    assert.equal(unequal(), 1);
  });

  it("starts over when the replacement reaches deeper than its memory", async () => {
    const { chain, rounds, unequal } = start(["g", "a!"]);
    await rounds();
    let names = ["g", "a!"];
    for (let k = 0; k < 100; k += 1) {
      names = [...names, `n${k}`];
      chain.become(names);
      await rounds();
    }
    chain.become(["X", "Y!", "Z!"]);
    assert.deepEqual(await rounds(), [1, 2]);
    assert.equal(unequal(), 2);
  });

  it("loses nothing when the chain cannot be read", async () => {
    const { chain, rounds } = start(["g", "a!"]);
    chain.setDown(true);
    await assert.rejects(rounds(), /connection refused/);

    chain.setDown(false);
    assert.deepEqual(await rounds(), [1]);
  });

  it("leaves a head that was replaced while it was read to the next one", async () => {
    const { chain, follower } = start(["g", "a!"]);
    const stale = { ...chain.head(), hash: "0x01" as Hex };
    assert.deepEqual(await follower.advance(stale), []);
    assert.equal((await follower.advance(chain.head())).length, 1);
  });
});
