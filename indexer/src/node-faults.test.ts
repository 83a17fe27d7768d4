// Nodes that are away, lag, forget or lie: all of it is counted, none of it is written.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Hex } from "viem";
import { addresses } from "../test/deployment.ts";
import { emit } from "../test/emissions.ts";
import { createFakeChain, type FakeChain } from "../test/fake-chain.ts";
import { rowsOf, startIndexing, untilHead } from "../test/indexing.ts";
import { createRandom, type Random } from "../test/random-story.ts";
import { period, seeds, setUp } from "../test/story.ts";
import { useDatabase } from "../test/test-database.ts";
import type { FaultKind } from "./faults.ts";
import type { Request } from "./rpc.ts";
import type { RawLog } from "./wanted.ts";

const database = useDatabase("faults");
const finality = 5;
let chains = 0;

const mineAll = (chain: FakeChain, from: number, to: number): void => {
  for (let index = from; index <= to; index++) for (const block of period(index)) chain.mine(block);
};

type Lie = (honest: Request, chain: FakeChain) => Request;

/** Indexes a story over a node that lies, half of it as ranges, half block by block; returns what was reported. */
const indexOver = async (lie: Lie): Promise<Set<FaultKind>> => {
  const { dbUrl, pool } = database;
  const chainId = 3_000_000 + chains++;
  const chain = createFakeChain(chainId);
  chain.mine([]);
  for (const block of setUp()) chain.mine(block);
  mineAll(chain, seeds + 1, seeds + 3);
  const kinds = new Set<FaultKind>();
  const request = lie(chain.request, chain);
  const indexing = startIndexing({
    chain,
    chainId,
    dbUrl,
    finality,
    request,
    checkHeaders: true,
    report: (kind) => kinds.add(kind),
  });
  await untilHead({ pool, chainId, hash: chain.tip().header.hash, indexing });
  mineAll(chain, seeds + 4, seeds + 5);
  await untilHead({ pool, chainId, hash: chain.tip().header.hash, indexing });
  await indexing.stop();

  const honestId = 3_000_000 + chains++;
  const honest = startIndexing({ chain, chainId: honestId, dbUrl, finality });
  await untilHead({ pool, chainId: honestId, hash: chain.tip().header.hash, indexing: honest });
  await honest.stop();
  assert.deepEqual(await rowsOf(pool, chainId), await rowsOf(pool, honestId));
  return kinds;
};

/** Changes every third answer of `method`, eight of them. */
const everyThird =
  (method: string, change: (answer: unknown) => unknown): Lie =>
  (honest) => {
    let count = 0;
    return async (question) => {
      const answer = await honest(question);
      const isChanged = question.method === method && ++count % 3 === 1 && count <= 24;
      return isChanged ? change(answer) : answer;
    };
  };

const logs = (answer: unknown) => answer as RawLog[];
const otherHash: Hex = `0x${"ab".repeat(32)}`;

describe("a node", () => {
  const cases: [name: string, lie: Lie, kinds: FaultKind[]][] = [
    ["forgets blocks it has named", everyThird("eth_getBlockByHash", () => null), ["vanished-block"]],
    ["does not know final blocks", everyThird("eth_getBlockByNumber", () => null), ["vanished-block"]],
    [
      "answers with logs of another block",
      everyThird("eth_getLogs", (answer) => logs(answer).map((log) => ({ ...log, blockHash: otherHash }))),
      ["foreign-log"],
    ],
    [
      "answers with logs of another contract",
      everyThird("eth_getLogs", (answer) => logs(answer).map((log) => ({ ...log, address: otherHash }))),
      ["foreign-log"],
    ],
    ["leaves the logs of a block out", everyThird("eth_getLogs", () => []), ["missing-logs"]],
    [
      "numbers blocks wrongly",
      everyThird("eth_getBlockByNumber", (answer) => ({ ...(answer as object), number: "0x7" })),
      ["vanished-block"],
    ],
  ];
  for (const [name, lie, kinds] of cases) {
    it(`that ${name} is asked again`, async () => {
      const reported = await indexOver(lie);
      for (const kind of kinds) assert.ok(reported.has(kind), `${kind}, not only ${[...reported]}`);
    });
  }

  it("that leaves logs out and has no receipts is believed only when it says so three times", async () => {
    const reported = await indexOver((honest) => {
      const denied = new Map<unknown, number>();
      return async (question) => {
        if (question.method === "eth_getBlockReceipts") throw await refusal();
        const { blockHash } = (question.params[0] ?? {}) as { blockHash?: Hex };
        if (question.method !== "eth_getLogs" || blockHash === undefined) return honest(question);
        denied.set(blockHash, (denied.get(blockHash) ?? 0) + 1);
        return (denied.get(blockHash) ?? 0) < 3 ? [] : honest(question);
      };
    });

    assert.ok(reported.has("missing-logs"));
  });

  it("that answers short ranges only is asked for short ranges", async () => {
    const reported = await indexOver((honest) => async (question) => {
      const { fromBlock, toBlock } = (question.params[0] ?? {}) as { fromBlock?: Hex; toBlock?: Hex };
      if (fromBlock !== undefined && Number(toBlock) - Number(fromBlock) > 3) throw await refusal();
      return honest(question);
    });

    assert.ok(reported.has("refused"));
  });

  it("that cuts long answers off is asked for shorter ones", async () => {
    const { dbUrl, pool } = database;
    const chainId = 3_000_000 + chains++;
    const chain = createFakeChain(chainId);
    chain.mine([]);
    for (const block of setUp()) chain.mine(block);
    const skim = emit.skimmed(addresses.usd, 1n);
    for (let k = 0; k < 120; k++) chain.mine(Array(100).fill(skim));
    for (let k = 0; k <= finality; k++) chain.mine([]);
    const request: Request = async (question) => {
      const answer = await chain.request(question);
      return question.method === "eth_getLogs" ? logs(answer).slice(0, 10_000) : answer;
    };
    const indexing = startIndexing({ chain, chainId, dbUrl, finality, request });
    await untilHead({ pool, chainId, hash: chain.tip().header.hash, indexing });
    await indexing.stop();

    const { rows } = await pool.query("SELECT idle::text FROM vault WHERE chain = $1", [chainId]);
    assert.deepEqual(rows, [{ idle: `${1_000_000_000 + 12_000}` }]);
  });

  it("that is away is asked until it answers", async () => {
    const reported = await indexOver((honest) => {
      let count = 0;
      return async (question) => {
        if (count++ % 5 === 0) throw new Error("connect ECONNREFUSED");
        return honest(question);
      };
    });

    assert.deepEqual([...reported], ["unreachable"]);
  });

  it("of another chain ends the processor with a sentence, and never advises a reset", async () => {
    const { dbUrl, pool } = database;
    const chainId = 3_000_000 + chains++;
    const chain = createFakeChain(chainId);
    for (let k = 0; k < 20; k++) chain.mine([]);
    const first = startIndexing({ chain, chainId, dbUrl, finality });
    await untilHead({ pool, chainId, hash: chain.tip().header.hash, indexing: first });
    await first.stop();

    const other = createFakeChain(5);
    for (let k = 0; k < 30; k++) other.mine([]);
    const second = startIndexing({ chain, chainId, dbUrl, finality, request: other.request });

    await assert.rejects(second.ended, {
      name: "InputError",
      message: `The node is of chain 5, but CHAINS says ${chainId}; correct the id or the URL.`,
    });
  });

  it("that lags behind what is indexed changes nothing, and counts", async () => {
    const { dbUrl, pool } = database;
    const chainId = 3_000_000 + chains++;
    const chain = createFakeChain(chainId);
    for (let k = 0; k < 20; k++) chain.mine([emit.marketCreated()]);
    const kinds: FaultKind[] = [];
    let [behind, asked] = [0, 0];
    const request: Request = async (question) => {
      if (question.method !== "eth_getBlockByNumber" || question.params[0] !== "latest") return chain.request(question);
      asked++;
      return chain.blocks.at(-1 - behind)?.header;
    };
    const report = (kind: FaultKind) => void kinds.push(kind);
    const indexing = startIndexing({ chain, chainId, dbUrl, finality, request, report, patienceMs: 600_000 });
    await untilHead({ pool, chainId, hash: chain.tip().header.hash, indexing });
    const before = await rowsOf(pool, chainId);
    const askedUpTo = async (count: number) => {
      while (asked < count) await new Promise((resolve) => setTimeout(resolve, 5));
    };

    for (const depth of [3, 15]) {
      behind = depth;
      await askedUpTo(asked + 3);
      assert.deepEqual(await rowsOf(pool, chainId), before);
    }
    await indexing.stop();

    assert.deepEqual(new Set(kinds), new Set(["lagging", "behind-final"]));
  });

  it("IDX-1: that lies at random leaves what an honest one leaves (three seeds)", async (context) => {
    for (let seed = 1; seed <= 3; seed++) {
      context.diagnostic(`seed ${seed}`);
      await indexOver((honest) => lyingAtRandom(honest, createRandom(seed)));
    }
  });
});

const refusal = async (): Promise<Error> => {
  const { RpcRequestError } = await import("viem");
  return new RpcRequestError({ body: {}, url: "fake", error: { code: -32_005, message: "too much" } });
};

const lyingAtRandom =
  (honest: Request, random: Random): Request =>
  async (question) => {
    const answer = await honest(question);
    if (random(15) > 0 || question.method === "eth_chainId") return answer;
    switch (random(4)) {
      case 0:
        throw new Error("socket hang up");
      case 1:
        throw await refusal();
      case 2:
        return question.method === "eth_getLogs" ? [] : null;
      default:
        return question.method === "eth_getLogs"
          ? logs(answer).map((log) => ({ ...log, blockHash: otherHash }))
          : answer;
    }
  };
