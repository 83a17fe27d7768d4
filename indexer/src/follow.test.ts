import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { HotUpdate } from "@subsquid/util-internal-processor-tools";
import { type BlockId, type ChainReader, follow, type HeadBlock, type Header } from "./follow.ts";

/** Branches are words: block "ab" is the child of "a", and the empty word is the first block. */
const header = (hash: string): Header => ({
  height: hash.length,
  hash,
  parentHash: hash.slice(0, -1),
  timestamp: hash.length,
});

type Scenario = {
  heads: string[]; // what the chain shows, one after the other
  known?: string; // what is indexed already
  final?: number; // height of the last final block in `known`
  finality?: number;
  gone?: string[]; // blocks whose logs the chain does not have any more
  announced?: (string | undefined)[];
  patience?: number; // turns
  farBehind?: number;
};

type Step = { base: string; blocks: string[]; final: string };

/** Runs `follow` over `heads` and tells every update it applied. */
const run = async (scenario: Scenario) => {
  const { heads, known = "", final = 0, finality = 64, gone = [], announced = [] } = scenario;
  const controller = new AbortController();
  const doubts: string[] = [];
  const steps: Step[] = [];
  const asked: string[] = [];
  let turn = 0;
  const missing = new Set(gone);
  const reader: ChainReader<string> = {
    async latest() {
      const hash = heads[Math.min(turn, heads.length - 1)] as string;
      asked.push(hash);
      return hash === "" ? undefined : header(hash);
    },
    header: async (hash) => header(hash),
    logs: async ({ hash }) => (missing.delete(hash) ? undefined : [`log of ${hash}`]),
  };
  const apply = async ({ baseHead, blocks, finalizedHead }: HotUpdate<HeadBlock<string>>) => {
    for (const { header, logs } of blocks) assert.deepEqual(logs, [`log of ${header.hash}`]);
    steps.push({ base: baseHead.hash, blocks: blocks.map(({ header }) => header.hash), final: finalizedHead.hash });
  };
  const wait = async (): Promise<Header | undefined> => {
    const next = announced[turn];
    turn++;
    if (turn >= heads.length) controller.abort();
    return next === undefined ? undefined : header(next);
  };
  const chain: BlockId[] = Array.from({ length: known.length - final + 1 }, (_, k) =>
    header(known.slice(0, final + k)),
  );
  const [first, ...top] = chain;
  const state = { ...(first as BlockId), top };
  const result = await follow({
    ...{ reader, state, finality, apply, wait },
    report: (kind, height) => void doubts.push(`${kind} ${height}`),
    patienceMs: scenario.patience ?? 0,
    farBehind: scenario.farBehind ?? 1_000,
    now: () => turn,
    signal: controller.signal,
  });
  return { result, steps, asked, doubts };
};

describe("following the head", () => {
  it("applies new blocks in order, several at once when it was behind", async () => {
    const { steps } = await run({ heads: ["a", "abcd"] });

    assert.deepEqual(steps, [
      { base: "", blocks: ["a"], final: "" },
      { base: "a", blocks: ["ab", "abc", "abcd"], final: "" },
    ]);
  });

  it("replaces a block by another one of the same height", async () => {
    const { steps } = await run({ known: "ab", heads: ["ax"] });

    assert.deepEqual(steps, [{ base: "a", blocks: ["ax"], final: "" }]);
  });

  it("follows a longer branch from far below", async () => {
    const { steps } = await run({ known: "abcd", heads: ["axyzq"] });

    assert.deepEqual(steps, [{ base: "a", blocks: ["ax", "axy", "axyz", "axyzq"], final: "" }]);
  });

  it("goes back to a block it knows, without waiting for the next one", async () => {
    const { steps } = await run({ known: "abcd", heads: ["ab", "abx"] });

    assert.deepEqual(steps, [
      { base: "ab", blocks: [], final: "" },
      { base: "ab", blocks: ["abx"], final: "" },
    ]);
  });

  it("goes back to the last final block itself", async () => {
    const { steps, result } = await run({ known: "abcd", final: 2, heads: ["ab"] });

    assert.deepEqual(steps, [{ base: "ab", blocks: [], final: "ab" }]);
    assert.equal(result.kind, "stopped");
  });

  it("takes blocks as final that are `finality` below the head", async () => {
    const { steps } = await run({ heads: ["abc", "abcde"], finality: 2 });

    assert.deepEqual(
      steps.map(({ final }) => final),
      ["a", "abc"],
    );
  });

  it("never takes finality back when the chain shrinks", async () => {
    const { steps } = await run({ known: "abcde", final: 3, finality: 2, heads: ["abcd", "abcdx"] });

    assert.deepEqual(
      steps.map(({ final }) => final),
      ["abc", "abc"],
    );
  });

  for (const [name, head] of [
    ["another branch at the height of the final block", "xyz"],
    ["another branch above it", "xyzqrs"],
  ] as const) {
    it(`gives up on ${name}`, async () => {
      const { result, steps } = await run({ known: "abcd", final: 3, heads: [head] });

      assert.deepEqual(result, { kind: "forked-below-final", final: { height: 3, hash: "abc" } });
      assert.deepEqual(steps, []);
    });
  }

  it("waits for a node that is behind the final block, however long it takes, and undoes nothing", async () => {
    const { result, steps, doubts } = await run({ known: "abcd", final: 3, heads: ["ab", "a", "ax", "abcde"] });

    assert.deepEqual(steps, [{ base: "abcd", blocks: ["abcde"], final: "abc" }]);
    assert.deepEqual(doubts, ["behind-final 2", "behind-final 1", "behind-final 2"]);
    assert.equal(result.kind, "stopped");
  });

  it("takes an earlier head for that of a node that lags, until it has lasted", async () => {
    const lagging = await run({ known: "abcd", patience: 3, heads: ["abc", "abcd", "ab", "abcde"] });
    assert.deepEqual(lagging.steps, [{ base: "abcd", blocks: ["abcde"], final: "" }]);
    assert.deepEqual(lagging.doubts, ["lagging 3", "lagging 2"]);

    const lasting = await run({ known: "abcd", patience: 3, heads: ["abc", "ab", "abc", "ab", "ab"] });
    assert.deepEqual(lasting.steps, [{ base: "ab", blocks: [], final: "" }]);
    assert.deepEqual(lasting.doubts, ["lagging 3", "lagging 2", "lagging 3"]);
  });

  it("does not wait for a branch that is shorter but another one", async () => {
    const { steps } = await run({ known: "abcd", patience: 9, heads: ["abx"] });

    assert.deepEqual(steps, [{ base: "ab", blocks: ["abx"], final: "" }]);
  });

  it("stops where so much is missing that ranges are faster", async () => {
    const { result, steps } = await run({ known: "a", farBehind: 3, heads: ["abcd", "abcdefgh"] });

    assert.equal(result.kind, "far-behind");
    assert.deepEqual(steps, [{ base: "a", blocks: ["ab", "abc", "abcd"], final: "" }]);
  });

  it("waits for a node that does not say what its head is", async () => {
    const { steps } = await run({ known: "a", heads: ["", "ab"] });

    assert.deepEqual(steps, [{ base: "a", blocks: ["ab"], final: "" }]);
  });

  it("reads the head again when a block vanishes while it is read", async () => {
    const { steps } = await run({ known: "a", heads: ["ab", "ax"], gone: ["ab"] });

    assert.deepEqual(steps, [{ base: "a", blocks: ["ax"], final: "" }]);
  });

  it("does not ask for a head that was announced as the next one", async () => {
    const { steps, asked } = await run({ known: "a", heads: ["a", "ab"], announced: ["ab"] });

    assert.deepEqual(steps, [{ base: "a", blocks: ["ab"], final: "" }]);
    assert.deepEqual(asked.slice(0, 1), ["a"]);
  });

  it("asks the chain when a late announcement would lead back", async () => {
    const { steps } = await run({ known: "ab", heads: ["ab", "ab"], announced: ["a"] });

    assert.deepEqual(steps, []);
  });
});
