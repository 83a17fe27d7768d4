// Reorganisations step by step, on a simulated chain: each was found by a schedule of random faults.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { type Hex, hexToString, stringToHex } from "viem";
import type { WatchHeads } from "./heads.ts";
import { createJournal } from "./journal.ts";
import { SCHEMA } from "./journal-schema.ts";
import { createLog } from "./log.ts";
import { ancestry, createSimulatedChain, parseSent, scribe } from "./simulation/chain.ts";
import { createSimulatedNode, noFaults } from "./simulation/node.ts";
import { createRandom } from "./simulation/random.ts";
import { createVirtualClock } from "./simulation/virtual-clock.ts";
import { createManager } from "./transaction-manager.ts";
import type { BlockPlace, TransactionNode } from "./transaction-node.ts";
import { type Attempt, defaultPatience, type Mined, type Place } from "./transaction-state.ts";

const ACCOUNT: Hex = "0x00000000000000000000000000000000000000aa";
const CALLEE: Hex = "0x00000000000000000000000000000000000000bb";
const GWEI = 10n ** 9n;
const FINALITY_BLOCKS = 8n;
const BLOCK_MS = 1_000;
const log = createLog("test", "silent");

/** A manager on a chain whose blocks come when the test says so. What its data begins with reverts first: "revert". */
const createStage = () => {
  const random = createRandom(1);
  const clock = createVirtualClock();
  const statusOf = ({ data }: { data: Hex }): Mined["status"] =>
    hexToString(data).startsWith("revert") ? "reverted" : "success";
  const chain = createSimulatedChain({ random, statusOf });
  const database = new DatabaseSync(":memory:");
  database.exec(SCHEMA);
  const watchers = new Set<Parameters<WatchHeads>[0]>();
  const { signal } = new AbortController();
  const node = createSimulatedNode({
    ...{ chain, clock, random, signal },
    faults: () => noFaults,
    wouldRevert: () => false,
    onBroadcast: () => {},
  });
  const pass = (ms: number) => {
    const end = clock.now() + ms;
    clock.after(ms, () => {});
    return clock.run(() => clock.now() >= end);
  };
  const makeBlocks = async (count: number, most: number) => {
    for (let i = 0; i < count; i++) {
      chain.mine({ most });
      for (const tell of watchers) tell(chain.head().head);
      await pass(BLOCK_MS);
    }
  };
  return {
    chain,
    node,
    /** Starts the manager, with answers of the node that differ, and a head that it was shown first. */
    start: async (differing: Partial<TransactionNode> = {}, head = chain.head().head) => {
      const starting = createManager({
        ...{ chainId: 31_337, account: scribe(ACCOUNT), journal: createJournal(database), clock, log, signal },
        node: { ...node, ...differing },
        watchHeads: (onHead) => void watchers.add(onHead),
        start: { head, tip: GWEI, balance: 10n ** 20n },
        ...{ maxFeePerGas: 50n * GWEI, finalityBlocks: FINALITY_BLOCKS, reserveTransactions: 1n },
        patience: defaultPatience,
      });
      await pass(BLOCK_MS);
      const { send } = await starting;
      /** Asks without a simulation, and lets the bytes reach the pool. */
      return async (key: string, text = key) => {
        void send({ key, to: CALLEE, data: stringToHex(text), gas: 90_000n });
        await pass(200);
      };
    },
    /** Blocks with all that waits; each is announced, and the manager has a block's time to look. */
    mine: (count = 1) => makeBlocks(count, 100),
    mineEmpty: (count: number) => makeBlocks(count, 0),
    /** What has had its effect in the chain as it stands, oldest first. */
    effects: () =>
      [...ancestry(chain.head())]
        .reverse()
        .flatMap(({ sent }) => sent)
        .flatMap(({ transaction: { data }, status }) => (status === "success" ? [hexToString(data)] : [])),
    sendElsewhere: (nonce: number) => {
      const raw = stringToHex(JSON.stringify([nonce, stringToHex("foreign"), String(9n * GWEI), String(9n * GWEI)]));
      chain.pool.set(nonce, parseSent(raw));
    },
    states: () =>
      database
        .prepare("select key, state from intents order by id")
        .all()
        .map(({ key, state }) => `${String(key).split(" ")[0]}: ${state}`),
  };
};

describe("a reorganisation", () => {
  it("KEE-1 K6 K7 is found out, after a node has shown a receipt of a block that is gone and a height that is not there", async () => {
    const { chain, node, mine, mineEmpty, start, effects, states } = createStage();
    let old: Mined | undefined;
    const minedOf = async (attempts: Attempt[]) => old ?? (await node.minedOf(attempts));
    const { head } = chain.head();
    const send = await start({ minedOf }, { ...head, number: head.number + 50n });
    await send("effect");
    await mine();
    const block = chain.head();
    chain.orphan(1, () => false);
    await mineEmpty(2);
    chain.pool.clear();
    old = {
      hash: block.sent[0]?.transaction.hash ?? "0x",
      blockNumber: 101n,
      blockHash: block.head.hash,
      status: "success",
    };
    await mineEmpty(1);
    old = undefined;
    assert.deepEqual([states(), effects()], [["effect: mined"], []]);

    await mine(40);

    assert.deepEqual(states(), ["effect: final"]);
    assert.deepEqual(effects(), ["effect"]);
  });

  it("KEE-1 K6 K9 of blocks below final ones is found out, though newer transactions are in blocks that are there", async () => {
    const { chain, mine, start, effects, sendElsewhere, states } = createStage();
    const send = await start();
    await send("old");
    await mine(40);
    assert.deepEqual(states(), ["old: final"]);

    chain.orphan(60, () => false);
    sendElsewhere(0);
    await send("new");
    await mine(20);
    await send("old");
    await mine(2);

    assert.deepEqual(effects(), ["foreign", "new", "old"]);
    assert.deepEqual(states(), ["old: rolledBack", "new: final", "old: mined"]);
  });

  it("KEE-1 K6 K7 leaves no nonce to a block that is gone, though newer blocks with transactions are there", async () => {
    const { chain, node, mine, mineEmpty, start, effects, states } = createStage();
    let old: Place | undefined; // given: the node still shows this block
    const nonce = async () => (old === undefined ? node.nonce() : 2);
    const userOf = async (of: number) => (old === undefined ? node.userOf(of) : of === 1 ? old : undefined);
    const blockAt = async (place: BlockPlace) =>
      place.blockHash === old?.blockHash ? "there" : await node.blockAt(place);
    const send = await start({ nonce, userOf, blockAt });
    await send("first");
    await mine();
    await send("second", "revert");
    await mine();
    const block = chain.head();
    await send("second");
    chain.orphan(2, () => false);
    await mineEmpty(3);
    assert.deepEqual(states(), ["first: broadcast", "second: superseded", "second: broadcast", "empty: broadcast"]);

    old = { hash: block.sent[0]?.transaction.hash ?? "0x", blockNumber: 102n, blockHash: block.head.hash };
    await mineEmpty(3);
    old = undefined;
    chain.pool.delete(1);
    await mine();
    assert.deepEqual(states(), ["first: mined", "second: superseded", "second: broadcast", "empty: foreign"]);
    await mine(60);

    assert.deepEqual(effects(), ["first", "", "second"]);
    assert.deepEqual(states(), [
      "first: final",
      "second: superseded",
      "second: final",
      "empty: superseded",
      "empty: final",
    ]);
  });

  it("KEE-1 K7 K9 makes no other sender of one whose block is gone, while a node stands still", async () => {
    const { chain, node, mine, mineEmpty, start, effects, sendElsewhere, states } = createStage();
    let old: Place | undefined; // given: the node stands still at this block
    const send = await start({
      nonce: async () => (old === undefined ? node.nonce() : 1),
      userOf: async (nonce) => old ?? (await node.userOf(nonce)),
      minedOf: async (attempts) => (old === undefined ? node.minedOf(attempts) : undefined),
      blockAt: async (place) => {
        if (old === undefined) return node.blockAt(place);
        return place.blockHash === old.blockHash ? "there" : "absent";
      },
    });
    sendElsewhere(0);
    await mine();
    const block = chain.head();
    chain.orphan(1, () => false);
    await mineEmpty(1);
    await send("effect");

    old = { hash: block.sent[0]?.transaction.hash ?? "0x", blockNumber: 101n, blockHash: block.head.hash };
    await mine(5);
    await send("effect");
    await mine();
    old = undefined;
    await mine(2);

    assert.deepEqual(effects(), ["effect"]);
    assert.deepEqual(states(), ["effect: mined"]);
  });
});
