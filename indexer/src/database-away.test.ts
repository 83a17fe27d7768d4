// A database that goes away under a processor, a server and a subscriber, and comes back; and one that is full.
import assert from "node:assert/strict";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { createLog } from "@aibot/kit/node/log";
import { createMetrics } from "@aibot/kit/node/metrics";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { addresses, deployment } from "../test/deployment.ts";
import { emit } from "../test/emissions.ts";
import { createFakeChain, serveRpc } from "../test/fake-chain.ts";
import { rowsOf, startIndexing, untilHead } from "../test/indexing.ts";
import { freePort } from "../test/local-chain.ts";
import { createDatabase, eventually, startProcessor } from "../test/services.ts";
import { period, seeds, setUp } from "../test/story.ts";
import { useDatabase } from "../test/test-database.ts";
import { serverSettings } from "./config.ts";
import { connectFirst, isDatabaseAway, openPool } from "./database.ts";
import { serveGraphql } from "./graphql.ts";
import { startDatabase } from "./postgres.ts";
import { indexedHead } from "./reset.ts";
import { prepareTables } from "./tables.ts";

const { chainId } = deployment;

const tellStory = () => {
  const chain = createFakeChain(chainId);
  chain.mine([]);
  for (const block of setUp()) chain.mine(block);
  for (const block of period(seeds + 1)) chain.mine(block);
  return chain;
};

describe("a database that goes away", () => {
  it("loses nothing: the processor asks to be restarted, server and subscribers wait", async (context) => {
    const dir = await mkdtemp(join(tmpdir(), "away-"));
    await chmod(dir, 0o755); // the data stay in place for every user
    context.after(() => rm(dir, { recursive: true, force: true }));
    const place = { dir: join(dir, "db"), port: await freePort(), log: createLog("test", "silent") };
    let database = await startDatabase(place);
    context.after(() => database.stop());
    const dbUrl = await createDatabase(database.url, "away");
    await connectFirst(dbUrl, prepareTables);
    const chain = tellStory();
    const node = await serveRpc(chain.request);
    context.after(node.close);
    const start = () => startProcessor({ chain: { rpc: node.url }, dbUrl, dir, settings: { POLL_MS: "20" } });
    const indexed = () =>
      eventually("the newest head", async () => {
        const head = await indexedHead({ dbUrl, chainId });
        return head?.hash === chain.tip().header.hash;
      });

    const config = serverSettings.parse({ DB_URL: dbUrl, PORT: "0" });
    const server = await serveGraphql({ config, metrics: createMetrics(), onFault: () => {} });
    context.after(server.close);
    const url = `http://127.0.0.1:${server.port}/graphql`;
    const heights: number[] = [];
    let closed = 0;
    const client = createClient({
      url: url.replace("http", "ws"),
      webSocketImpl: WebSocket,
      on: { closed: () => void closed++ },
    });
    client.subscribe<{ heads: { height: number }[] }>(
      { query: "subscription { heads { height } }" },
      { next: ({ data }) => void heights.push(data?.heads[0]?.height ?? -1), error: () => {}, complete: () => {} },
    );

    const first = start();
    context.after(first.kill);
    await indexed();
    await eventually("the subscriber's head", async () => heights.at(-1) === chain.blocks.length - 1);

    await database.stop();
    chain.mine([emit.skimmed(addresses.usd, 5n)]);
    assert.equal(await first.ended, 75);
    assert.match(first.output(), /^indexer: The database 127\.0\.0\.1:\d+\/away went away \(.*\); starting again\.$/m);
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "{ heads { height } }" }),
    });
    assert.equal(answer.status, 503);
    const { errors } = (await answer.json()) as { errors: { message: string }[] };
    assert.equal(errors[0]?.message, "The database does not answer; ask again.");
    assert.equal((await fetch(url.replace("/graphql", "/health"))).status, 503);
    assert.equal(server.isDatabaseUp(), false);
    const early = start();
    context.after(early.kill);
    assert.equal(await early.ended, 75, "as long as it is away");
    assert.match(
      early.output(),
      /The database 127\.0\.0\.1:\d+\/away does not answer \(.*\); start it or correct DB_URL\./,
    );

    database = await startDatabase(place);
    const second = start();
    context.after(second.kill);
    await indexed();
    await eventually("the subscriber's next head", async () => heights.at(-1) === chain.blocks.length - 1);
    assert.equal(closed, 0, "on the same socket");
    assert.equal((await fetch(url.replace("/graphql", "/health"))).status, 200);
    await second.kill();
    await client.dispose();

    const pool = openPool({ connectionString: dbUrl, max: 1 });
    const replay = startIndexing({ chain, chainId: 6_000_000, dbUrl, finality: 1 });
    await untilHead({ pool, chainId: 6_000_000, hash: chain.tip().header.hash, indexing: replay });
    await replay.stop();
    assert.deepEqual(await rowsOf(pool, chainId), await rowsOf(pool, 6_000_000));
    await pool.end();
  });
});

describe("a database that is full", () => {
  const full = useDatabase("full_disk");

  it("takes nothing of a block, and all of it once there is room", async () => {
    const { pool, dbUrl } = full;
    const chain = tellStory();
    const indexing = startIndexing({ chain, chainId, dbUrl, finality: 5 });
    await untilHead({ pool, chainId, hash: chain.tip().header.hash, indexing });
    const before = await rowsOf(pool, chainId);
    await pool.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$`);
    await pool.query("CREATE TRIGGER full_disk BEFORE INSERT ON deposit FOR EACH ROW EXECUTE FUNCTION refuse()");

    chain.mine([emit.skimmed(addresses.usd, 9n), emit.deposit(addresses.bob, 7n, 7n)]);
    await assert.rejects(indexing.ended, { code: "53100" });
    assert.deepEqual(await rowsOf(pool, chainId), before);

    await pool.query("DROP TRIGGER full_disk ON deposit");
    const again = startIndexing({ chain, chainId, dbUrl, finality: 5 });
    await untilHead({ pool, chainId, hash: chain.tip().header.hash, indexing: again });
    await again.stop();
    assert.equal((await rowsOf(pool, chainId)).deposit?.length, (before.deposit?.length ?? 0) + 1);
  });
});

describe("a pool of connections", () => {
  const broken = useDatabase("broken");

  it("outlives those that the server ends, idle or taken", async () => {
    const pool = openPool({ connectionString: broken.dbUrl, max: 2 });
    const taken = await pool.connect();
    await pool.query("SELECT 1");

    await broken.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'broken' AND pid <> pg_backend_pid()",
    );
    await eventually("the loss of the idle one", async () => pool.totalCount === 1);
    await assert.rejects(taken.query("SELECT 1"), isDatabaseAway);
    taken.release(true);

    const { rows } = await pool.query("SELECT 1 AS one");
    await pool.end();
    assert.deepEqual(rows, [{ one: 1 }]);
  });
});
