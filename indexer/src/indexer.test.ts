// The processes as they run, against a real chain and a real database.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createLog } from "@aibot/kit/node/log";
import { createClient, type Client as SocketClient } from "graphql-ws";
import WebSocket from "ws";
import { addresses, deployment } from "../test/deployment.ts";
import { emit } from "../test/emissions.ts";
import { freePort, type LocalChain, startChain } from "../test/local-chain.ts";
import {
  createDatabase,
  dump,
  eventually,
  type Process,
  startProcessor,
  startServer,
  untilIndexed,
} from "../test/services.ts";
import { period, priceAt, seeds, setUp } from "../test/story.ts";
import { type Database, startDatabase } from "./postgres.ts";
import { indexedHead, resetChain } from "./reset.ts";

const { chainId } = deployment;
let dir: string;
let database: Database;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), "indexer-test-"));
  database = await startDatabase({ dir: join(dir, "db"), port: await freePort(), log: createLog("test", "silent") });
});

after(async () => {
  await database.stop();
  await rm(dir, { recursive: true, force: true });
});

type Scene = { chain: LocalChain; dbUrl: string; processor: Process };

/** Where the chain of a scene is saved when it is stopped gently. */
const stateArguments = (name: string): string[] => ["--state", join(dir, `${name}.json`)];

/** A chain with its story begun, a database and a processor; `clean` registers their end. */
const stage = async (name: string, clean: (end: () => Promise<void>) => void, settings = {}): Promise<Scene> => {
  const chain = await startChain(await freePort(), ...stateArguments(name));
  const dbUrl = await createDatabase(database.url, name);
  const scene = { chain, dbUrl, processor: startProcessor({ chain, dbUrl, dir, settings }) };
  clean(async () => {
    await scene.processor.kill();
    await chain.stop();
  });
  for (const block of setUp()) await chain.mine(...block);
  return scene;
};

const endOf = (context: TestContext) => (end: () => Promise<void>) => context.after(end);

const playPeriods = async (chain: LocalChain, from: number, to: number): Promise<void> => {
  for (let index = from; index <= to; index++) for (const block of period(index)) await chain.mine(...block);
};

/** What a database holds that saw nothing but the final chain. */
const replay = async ({ chain }: Scene, name: string): Promise<Record<string, unknown>> => {
  const dbUrl = await createDatabase(database.url, name);
  const processor = startProcessor({ chain, dbUrl, dir });
  await untilIndexed(chain, dbUrl, processor);
  await processor.kill();
  return dump(dbUrl);
};

describe("the processor", () => {
  it("IDX-1: holds what a replay of the final chain gives, after reorganisations of every kind", async (context) => {
    const scene = await stage("reorganised", endOf(context));
    const { chain, dbUrl, processor } = scene;
    await playPeriods(chain, seeds + 1, seeds + 4);
    await untilIndexed(chain, dbUrl, processor);

    for (const [round, depth] of [1, 3, 7, 12].entries()) {
      // Empty blocks in place of the last ones.
      await chain.call("anvil_reorg", depth, []);
      if (round % 2 === 0) await untilIndexed(chain, dbUrl, processor);

      // Back to an earlier block, then another branch, shorter or longer.
      const snapshot = await chain.call("evm_snapshot");
      await chain.mine(emit.priceUpdated(priceAt(90 + round), 90_000), emit.skimmed(addresses.usd, 3n));
      await chain.mine(emit.transfer(addresses.alice, addresses.bob, BigInt(depth)));
      await untilIndexed(chain, dbUrl, processor);
      await chain.call("evm_revert", snapshot);
      for (let k = 0; k < round; k++) await chain.mine(emit.skimmed(addresses.spx, BigInt(k)));
      await untilIndexed(chain, dbUrl, processor);
    }

    assert.deepEqual(await dump(dbUrl), await replay(scene, "reorganised_replay"));
  });

  it("IDX-1: holds what a replay gives after it was killed at any moment", async (context) => {
    const scene = await stage("killed", endOf(context));
    const { chain, dbUrl } = scene;

    for (const [round, delay] of [0, 400, 900, 1_400].entries()) {
      await sleep(delay);
      const first = seeds + 1 + 3 * round;
      await playPeriods(chain, first, first + 2);
      await scene.processor.kill();
      await chain.call("anvil_reorg", 1, []); // no deeper: later candles build on those below
      scene.processor = startProcessor({ chain, dbUrl, dir });
    }
    await untilIndexed(chain, dbUrl, scene.processor);

    assert.deepEqual(await dump(dbUrl), await replay(scene, "killed_replay"));
  });

  it("goes on when the chain has been away", async (context) => {
    const scene = await stage("away", endOf(context));
    const { chain, dbUrl, processor } = scene;
    await playPeriods(chain, seeds + 1, seeds + 1);
    await untilIndexed(chain, dbUrl, processor);
    await chain.stop("SIGTERM");
    await sleep(500);

    const again = await startChain(Number(new URL(chain.rpc).port), ...stateArguments("away"));
    context.after(() => again.stop());
    await again.mine(emit.skimmed(addresses.usd, 5n));

    await untilIndexed(again, dbUrl, processor);
    assert.deepEqual(await dump(dbUrl), await replay({ ...scene, chain: again }, "away_replay"));
  });

  it("ends with the command to run when the chain was rolled back below what is final, and that command helps", async (context) => {
    const scene = await stage("rolled_back", endOf(context), { FINALITY: "2" });
    const { chain, dbUrl, processor } = scene;
    const snapshot = await chain.call("evm_snapshot");
    await playPeriods(chain, seeds + 1, seeds + 2);
    await untilIndexed(chain, dbUrl, processor);

    const height = await chain.height();
    await chain.call("evm_revert", snapshot);
    while ((await chain.height()) < height) await chain.mine();

    assert.equal(await processor.ended, 1);
    assert.match(
      processor.output(),
      /^indexer: Block \d+ of chain 31337, .*; run "node indexer\/src\/reset\.ts --chain 31337"/m,
    );
    const again = startProcessor({ chain, dbUrl, dir, settings: { FINALITY: "2" } });
    assert.equal(await again.ended, 1, "a restart alone does not help");
    assert.match(again.output(), /reset\.ts --chain 31337/);

    await resetChain({ dbUrl, chainId });
    assert.equal(await indexedHead({ dbUrl, chainId }), undefined);
    scene.processor = startProcessor({ chain, dbUrl, dir, settings: { FINALITY: "2" } });
    await untilIndexed(chain, dbUrl, scene.processor);
    assert.deepEqual(await dump(dbUrl), await replay(scene, "rolled_back_replay"));
  });

  it("refuses settings with one sentence", async () => {
    const chain = await startChain(await freePort());

    const processor = startProcessor({ chain, dbUrl: "mysql://nowhere", dir });

    assert.equal(await processor.ended, 1);
    assert.match(
      processor.output(),
      /^indexer: DB_URL="mysql:\/\/nowhere" is invalid: expected a URL that begins with postgres:\/\//,
    );
    assert.ok(!processor.output().includes("    at "), "no stack trace");
    await chain.stop();
  });
});

describe("GraphQL", () => {
  let scene: Scene;
  let server: Process;
  let url: string;
  let endScene = async () => {};

  type Answer = { data?: Record<string, never>; errors?: { message: string }[] };
  const ask = async (query: string, headers: Record<string, string> = {}): Promise<Answer> => {
    const body = JSON.stringify({ query });
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
    return (await response.json()) as Answer;
  };

  before(async () => {
    scene = await stage("graphql", (end) => {
      endScene = end;
    });
    const port = await freePort();
    server = startServer(scene.dbUrl, port);
    url = `http://127.0.0.1:${port}/graphql`;
    await playPeriods(scene.chain, seeds + 1, seeds + 6);
    await untilIndexed(scene.chain, scene.dbUrl, scene.processor);
    await eventually("the server's answer", () => ask("{ heads { height } }"));
  });

  after(async () => {
    await server.kill();
    await endScene();
  });

  it("answers with relations, filters, order and pages", async () => {
    const { data, errors } = await ask(`{
      vaults { address positions { index market { market price } feed { feed latest { round model { kind } } } } }
      rounds(where: { round_gt: 6 }, orderBy: round_ASC, limit: 2, offset: 1) { round value }
      fills(where: { auction: { round_eq: 9 } }, orderBy: id_ASC, limit: 10) { tokenDelta auction { remaining signal { round } } }
    }`);

    assert.equal(errors, undefined);
    assert.deepEqual(data, {
      vaults: [
        {
          address: addresses.vault,
          positions: [
            {
              index: 0,
              market: { market: "SPX/USD", price: `${priceAt(10)}` },
              feed: { feed: "SPX/USD vol", latest: { round: 10, model: { kind: "Linear" } } },
            },
          ],
        },
      ],
      rounds: [8, 9].map((round) => ({ round, value: `${BigInt(round) << 28n}` })),
      fills: [0, 0].map(() => ({
        tokenDelta: "50000000000000000",
        auction: { remaining: "0", signal: { round: 9 } },
      })),
    });
  });

  it("refuses what is too deep, too large or unknown, and says so", async () => {
    const deep = `${"positions { vault { ".repeat(4)}id${" } }".repeat(4)}`;
    const messages = await Promise.all(
      [`{ vaults { ${deep} } }`, "{ candles { id } }", "{ secrets }", `{ ${"heads { id } ".repeat(25)} }`].map(
        async (query) => (await ask(query)).errors?.[0]?.message,
      ),
    );

    assert.deepEqual(messages, [
      "The query is 10 fields deep; at most 8 are allowed.",
      "A list without `limit` may have any number of rows, and an answer at most 100000 values. Give `limit`.",
      'Cannot query field "secrets" on type "Query".',
      "The query has 25 root fields; at most 20 are allowed.",
    ]);
  });

  it("lets pages of this machine read, and no others", async () => {
    const allowedFor = async (origin: string) => {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", origin },
        body: JSON.stringify({ query: "{ heads { id } }" }),
      });
      return response.headers.get("access-control-allow-origin");
    };

    assert.equal(await allowedFor("http://localhost:5173"), "http://localhost:5173");
    assert.equal(await allowedFor("https://evil.example"), null);
    const socket = new WebSocket(url.replace("http", "ws"), "graphql-transport-ws", { origin: "https://evil.example" });
    const [error] = await new Promise<Error[]>((resolve) => socket.once("error", (...args) => resolve(args)));
    assert.match(`${error}`, /401/);
  });

  it("says on /health how far every chain is indexed", async () => {
    const health = await fetch(url.replace("/graphql", "/health")).then((response) => response.json());

    assert.deepEqual(health, { ok: true, heads: [{ chain: 31337, height: await scene.chain.height() }] });
  });

  type HeadRow = { height: number; hash: string };
  const watchHeads = (): { client: SocketClient; seen: HeadRow[] } => {
    const client = createClient({ url: url.replace("http", "ws"), webSocketImpl: WebSocket });
    const seen: HeadRow[] = [];
    client.subscribe<{ heads: HeadRow[] }>(
      { query: "subscription { heads { height hash } }" },
      { next: ({ data }) => void seen.push(...(data?.heads ?? [])), error: () => {}, complete: () => {} },
    );
    return { client, seen };
  };

  it("pushes each new head over WebSocket", async () => {
    const { client, seen } = watchHeads();
    await eventually("the first head", async () => seen.length > 0);

    for (let k = 0; k < 5; k++) {
      const height = await scene.chain.mine(emit.skimmed(addresses.usd, 1n));
      await eventually("its head", async () => seen.at(-1)?.height === height);
    }

    await client.dispose();
  });

  it("pushes the earlier head when the chain goes back, without a new block", async () => {
    const { client, seen } = watchHeads();
    const snapshot = await scene.chain.call("evm_snapshot");
    const height = await scene.chain.height();
    await scene.chain.mine(emit.marketHalted(2));
    await eventually("the next head", async () => seen.at(-1)?.height === height + 1);

    await scene.chain.call("evm_revert", snapshot);

    await eventually("the earlier head", async () => seen.at(-1)?.height === height);
    const { data } = await ask("{ markets { halted } }");
    assert.deepEqual(data, { markets: [{ halted: "None" }] });
    await client.dispose();
  });

  it("streams subscriptions as server-sent events as well", async () => {
    const query = encodeURIComponent("subscription { heads { height } }");
    const controller = new AbortController();
    const response = await fetch(`${url}?query=${query}`, {
      headers: { accept: "text/event-stream" },
      signal: controller.signal,
    });
    let text = "";
    const reading = (async () => {
      for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
    })().catch(() => {}); // ends by our abort

    await scene.chain.mine();

    const height = await scene.chain.height();
    await eventually("the pushed head", async () => text.includes(`{"heads":[{"height":${height}}]}`));
    controller.abort();
    await reading;
  });
});
