// The GraphQL server under friends and abusers, on a chain in memory and a real database.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { afterEach, describe, it } from "node:test";
import { createMetrics } from "@aibot/kit/node/metrics";
import { isObjectType } from "graphql";
import { createClient, type Client as SocketClient } from "graphql-ws";
import WebSocket from "ws";
import { addresses, deployment } from "../test/deployment.ts";
import { emit } from "../test/emissions.ts";
import { createFakeChain, type FakeChain } from "../test/fake-chain.ts";
import { type Indexing, startIndexing, untilHead } from "../test/indexing.ts";
import { eventually } from "../test/services.ts";
import { period, seeds, setUp } from "../test/story.ts";
import { useDatabase } from "../test/test-database.ts";
import { serverSettings } from "./config.ts";
import { type GraphqlServer, serveGraphql } from "./graphql.ts";
import { fixedLimits } from "./limits.ts";
import { buildSchema, federationText } from "./schema.ts";

const database = useDatabase("graphql", { opened: () => tellStory(), closing: () => stopAll() });
const { chainId } = deployment;
let chain: FakeChain;
let indexing: Indexing;
const servers: GraphqlServer[] = [];
const sockets: SocketClient[] = [];

type Served = { url: string; port: number; metrics: () => string };

const serve = async (settings: Record<string, string> = {}): Promise<Served> => {
  const config = serverSettings.parse({ DB_URL: database.dbUrl, PORT: "0", ...settings });
  const metrics = createMetrics();
  const onFault = (error: unknown) => console.error("the server failed", error);
  const server = await serveGraphql({ config, metrics, onFault });
  servers.push(server);
  return { url: `http://127.0.0.1:${server.port}/graphql`, port: server.port, metrics: metrics.text };
};

// biome-ignore lint/suspicious/noExplicitAny: an answer is what the query says
type Answer = { data?: any; errors?: { message: string; extensions?: { code?: string } }[] };

const post = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

const ask = async (url: string, query: string, variables: object = {}): Promise<Answer> =>
  (await (await post(url, { query, variables })).json()) as Answer;

/** A client that goes with its server: one that is left behind would look for it long after the test. */
const openSocket = (url: string): SocketClient => {
  const client = createClient({ url: url.replace("http", "ws"), webSocketImpl: WebSocket, retryAttempts: 0 });
  sockets.push(client);
  return client;
};

const askOverSocket = async (url: string, query: string): Promise<unknown> => {
  for await (const answer of openSocket(url).iterate({ query })) return answer;
};

const indexed = () => untilHead({ pool: database.pool, chainId, hash: chain.tip().header.hash, indexing });

const tellStory = async (): Promise<void> => {
  chain = createFakeChain(chainId);
  chain.mine([]);
  for (const block of setUp()) chain.mine(block);
  for (let index = seeds + 1; index <= seeds + 6; index++) for (const block of period(index)) chain.mine(block);
  indexing = startIndexing({ chain, chainId, dbUrl: database.dbUrl, finality: 30 });
  await indexed();
};

const stopAll = async (): Promise<void> => {
  await indexing.stop();
};

afterEach(async () => {
  for (const socket of sockets.splice(0)) await socket.dispose();
  for (const server of servers.splice(0)) await server.close();
});

describe("the schema", () => {
  it("says what the root of an operation is, also where nothing else is asked for", async () => {
    const { url } = await serve();
    const answers = [
      await ask(url, "{__typename}"),
      await (await fetch(`${url}?query={__typename}`)).json(),
      await ask(url, "{ kind: __typename ...on Query { __typename } }"),
      await ask(url, "{ __typename heads { chain } }"),
      await askOverSocket(url, "{__typename}"),
    ];

    assert.deepEqual(answers, [
      { data: { __typename: "Query" } },
      { data: { __typename: "Query" } },
      { data: { kind: "Query", __typename: "Query" } },
      { data: { __typename: "Query", heads: [{ chain: chainId }] } },
      { data: { __typename: "Query" } },
    ]);
  });

  it("says of every type and every field what it is", () => {
    const silent = Object.values(buildSchema().getTypeMap())
      .filter(isObjectType)
      .filter(({ name }) => !name.startsWith("__"))
      .flatMap((type) => [
        ...(type.description || ["Query", "Subscription"].includes(type.name) ? [] : [type.name]),
        ...Object.values(type.getFields()).flatMap((field) =>
          field.description ? [] : [`${type.name}.${field.name}`],
        ),
      ]);

    assert.deepEqual(silent, []);
  });

  it("is told to a federation with the key of every entity", () => {
    const text = federationText(buildSchema());

    assert.match(text, /^type Vault @key\(fields: "id", resolvable: false\) \{$/m);
    assert.match(text, /^extend schema @link\(url: "https:\/\/specs\.apollo\.dev\/federation\/v2\.3"/);
    const entities = text.match(/@key\(fields: "id"/g)?.length;
    assert.equal(
      entities,
      Object.values(buildSchema().getTypeMap()).filter(({ name }) => name.endsWith("OrderByInput")).length,
    );
  });

  it("has what happened to sources and on days", async () => {
    const { url } = await serve();
    const { data } = await ask(
      url,
      "{ sources { kind isAgreeing market { market } } signerSets { quorum } vaultDays(limit: 5) { day blocks } markets { days(limit: 5) { updates } } }",
    );

    assert.deepEqual(data.sources, [{ kind: "signed", isAgreeing: true, market: { market: "SPX/USD" } }]);
    assert.equal(data.signerSets[0].quorum, 2);
    assert.deepEqual([data.vaultDays[0].day, data.markets[0].days[0].updates], [0, 7]);
  });
});

describe("limits", () => {
  const deep = (levels: number) => `{ vaults { ${"positions { vault { ".repeat(levels)}id${" } }".repeat(levels)} } }`;
  const aliases = (count: number) =>
    `{ heads { ${Array.from({ length: count }, (_, k) => `a${k}: height`).join(" ")} } }`;
  const refused: [name: string, code: string, query: string, message: RegExp, variables?: object][] = [
    ["too deep", "TOO_DEEP", deep(4), /^The query is 10 fields deep; at most 8 are allowed\.$/],
    ["too wide", "TOO_MANY_ALIASES", aliases(60), /^The query has 60 aliases; at most 40 are allowed\.$/],
    [
      "a bomb of fragments",
      "TOO_MANY_FIELDS",
      `{ vaults { ...A } } ${"ABCDEFGH"
        .split("")
        .map(
          (name, k, all) => `fragment ${name} on Vault { ${k < 7 ? `...${all[k + 1]} `.repeat(9) : "id name symbol"} }`,
        )
        .join(" ")}`,
      /^The query has more than 10000 fields; at most 1000 are allowed\.$/,
    ],
    ["without end", "TOO_COSTLY", "{ candles { id } }", /^A list without `limit` may have any number of rows/],
    [
      "too costly",
      "TOO_COSTLY",
      "{ candles(limit: 60000) { id index } }",
      /^The answer may have 120001 values; at most 100000 are allowed\. Ask for fewer rows or fields\.$/,
    ],
    [
      "a huge list in a variable",
      "TOO_LONG_LIST",
      "query($ids: [String!]) { candles(where: { id_in: $ids }, limit: 1) { id } }",
      /^The list in `id_in` has 501 values; at most 500 are allowed\.$/,
      { ids: Array.from({ length: 501 }, (_, k) => `${k}`) },
    ],
    [
      "a negative limit",
      "BAD_NUMBER",
      "query($n: Int) { candles(limit: $n) { id } }",
      /^`limit` is -5; give a number from 0 on\.$/,
      { n: -5 },
    ],
    [
      "too many words",
      "TOO_LONG",
      `{ ${"heads { id } ".repeat(600)} }`,
      /^The query has more than 2000 words and signs\.$/,
    ],
  ];

  for (const [name, code, query, message, variables] of refused) {
    it(`refuse what is ${name}, over HTTP and WebSocket alike, with a sentence and a count`, async () => {
      const { url, metrics } = await serve();

      const { errors } = await ask(url, query, variables);
      const overSocket = await subscribeOnce(url, query, variables);

      for (const error of [errors?.[0], overSocket]) {
        assert.match(`${error?.message}`, message);
        assert.equal(error?.extensions?.code, code);
      }
      assert.match(metrics(), new RegExp(`graphql_refusals\\{code="${code}"\\} [2-9]`));
    });
  }

  it("refuse a list of operations, and a body that is too large, sized or not", async () => {
    const { url } = await serve();
    const large = { query: "{ heads { id } }", padding: "x".repeat(fixedLimits.bodyBytes) };

    const batch = await post(url, [{ query: "{ heads { id } }" }, { query: "{ heads { id } }" }]);
    assert.equal(batch.status, 400);
    assert.match(((await batch.json()) as Answer).errors?.[0]?.message ?? "", /^A request holds one operation/);

    const sized = await post(url, large);
    assert.equal(sized.status, 413);
    assert.match(
      ((await sized.json()) as Answer).errors?.[0]?.message ?? "",
      /^The request is \d+ bytes long; at most 65536/,
    );

    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(JSON.stringify(large)));
        controller.close();
      },
    });
    const headers = { "content-type": "application/json" };
    const streamed = await fetch(url, { method: "POST", headers, body, duplex: "half" } as RequestInit);
    assert.equal(streamed.status, 413);
    assert.match(
      ((await streamed.json()) as Answer).errors?.[0]?.message ?? "",
      /^The request is too large; at most 65536/,
    );
  });

  it("keep the schema to themselves where that is set", async () => {
    const { url } = await serve({ INTROSPECTION: "0" });

    const { errors } = await ask(url, "{ __schema { types { name } } }");

    assert.deepEqual(
      errors?.map(({ message }) => message),
      ["This server does not tell its schema, so `__schema` is refused."],
    );
    assert.equal((await ask(url, "{ heads { __typename id } }")).data.heads[0].__typename, "Head");
  });

  it("count operations by client and say when to come back", async () => {
    const { url, metrics } = await serve({ RATE_PER_SECOND: "1", RATE_BURST: "3", TRUST_PROXY: "1" });
    const from = (client: string) => post(url, { query: "{ heads { id } }" }, { "x-forwarded-for": client });

    const answers = [];
    for (let k = 0; k < 4; k++) answers.push(await from("6.6.6.6, 1.1.1.1"));

    assert.deepEqual(
      answers.slice(0, 3).map((answer) => [answer.status, answer.headers.get("x-ratelimit-remaining")]),
      [
        [200, "2"],
        [200, "1"],
        [200, "0"],
      ],
    );
    const last = answers[3] as Response;
    assert.deepEqual(
      [last.status, last.headers.get("x-ratelimit-limit"), last.headers.get("retry-after")],
      [429, "3", "1"],
    );
    const { errors } = (await last.json()) as Answer;
    assert.equal(errors?.[0]?.message, "At most 3 operations at once are allowed; ask again in 1 s.");
    // What a client writes itself in front of the proxy's word changes nothing; another client is another one.
    assert.equal((await from("7.7.7.7, 1.1.1.1")).status, 429);
    assert.equal((await from("1.1.1.1, 2.2.2.2")).status, 200);
    assert.match(metrics(), /graphql_refusals\{code="RATE_LIMITED"\} 2/);
  });

  it("bound how many subscriptions there are; those that are there go on", async () => {
    const { url, metrics } = await serve({ MAX_SUBSCRIPTIONS: "150", RATE_BURST: "20000" });
    const clients = Array.from({ length: 20 }, () => openSocket(url));
    const seen = new Map<number, number>();
    let refusals = 0;
    for (let k = 0; k < 10_000; k++) {
      clients[k % 20]?.subscribe<{ heads: { height: number }[] }>(
        { query: "subscription { heads { height } }" },
        {
          next: ({ data, errors }) => {
            if (errors !== undefined) refusals++;
            else seen.set(k, data?.heads[0]?.height ?? 0);
          },
          error: () => void refusals++,
          complete: () => {},
        },
      );
    }
    await eventually("an answer to everybody", async () => refusals + seen.size === 10_000);
    assert.equal(seen.size, 150);
    assert.match(metrics(), /graphql_subscribers 150/);

    chain.mine([]);
    await indexed();
    const height = chain.blocks.length - 1;
    await eventually("the next head", async () => [...seen.values()].every((value) => value === height));
    for (const client of clients) await client.dispose();
    await eventually("their end", async () => metrics().includes("graphql_subscribers 0"));
  });

  it("hold nothing back for one that does not read", async () => {
    const { url, port } = await serve();
    const rude = connect(port, "127.0.0.1");
    const frame = (text: string): Buffer => {
      const body = Buffer.from(text);
      const head = body.length < 126 ? [0x81, 0x80 | body.length] : [0x81, 0xfe, body.length >> 8, body.length & 255];
      return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), body]); // masked with zeros
    };
    const key = Buffer.alloc(16).toString("base64");
    rude.write(
      `GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n` +
        `sec-websocket-key: ${key}\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n`,
    );
    await new Promise((resolve) => rude.once("data", resolve));
    rude.pause();
    rude.write(frame(JSON.stringify({ type: "connection_init" })));
    const query = "subscription { heads { height } }";
    for (let id = 0; id < 50; id++)
      rude.write(frame(JSON.stringify({ id: `${id}`, type: "subscribe", payload: { query } })));

    const heights: number[] = [];
    openSocket(url).subscribe<{ heads: { height: number }[] }>(
      { query },
      { next: ({ data }) => void heights.push(data?.heads[0]?.height ?? 0), error: () => {}, complete: () => {} },
    );
    for (let k = 0; k < 20; k++) {
      chain.mine([]);
      await eventually("the polite one's head", async () => heights.at(-1) === chain.blocks.length - 1);
    }
    rude.destroy();
  });
});

/** The first answer over WebSocket; of a refusal its error. */
const subscribeOnce = (url: string, query: string, variables: object = {}): Promise<NonNullable<Answer["errors"]>[0]> =>
  new Promise((resolve) => {
    const done = (error: NonNullable<Answer["errors"]>[0]) => resolve(error);
    openSocket(url).subscribe(
      { query, variables: variables as Record<string, unknown> },
      {
        next: ({ errors }) => done(errors?.[0] as never),
        error: (error) => done((Array.isArray(error) ? error[0] : error) as never),
        complete: () => {},
      },
    );
  });

describe("pages", () => {
  const page = (orderBy: string, after: string | null, first = 3) =>
    `{ fillsConnection(orderBy: [${orderBy}], first: ${first}${after === null ? "" : `, after: "${after}"`}) {
      totalCount pageInfo { hasNextPage endCursor } edges { cursor node { tokenDelta } } } }`;

  /** Ids and blocks in the order of the pages, whatever happens between them. */
  const readAll = async (
    url: string,
    orderBy: string,
    between: (page: number, last: string) => Promise<void>,
  ): Promise<string[]> => {
    const ids: string[] = [];
    let after: string | null = null;
    for (let count = 0; count < 100; count++) {
      const query = page(orderBy, after).replace("node { tokenDelta }", "node { id }");
      const { data, errors } = await ask(url, query);
      assert.equal(errors, undefined);
      const { edges, pageInfo } = data.fillsConnection;
      ids.push(...edges.map(({ node }: { node: { id: string } }) => node.id));
      if (!pageInfo.hasNextPage) return ids;
      after = pageInfo.endCursor;
      await between(count, ids.at(-1) as string);
    }
    throw new Error("no end");
  };
  const fillIds = async (order = "id") =>
    (await database.pool.query(`SELECT id FROM fill WHERE chain = $1 ORDER BY ${order}`, [chainId])).rows.map(
      ({ id }) => id,
    );

  it("go on where they were while rows are added before and behind", async () => {
    const { url } = await serve();
    const before = await fillIds("block DESC, id DESC");
    chain.mine(period(seeds + 9)[3] ?? []);
    const read = await readAll(url, "block_DESC", async () => {
      chain.mine([emit.auctionFilled(9, 1n, -1n, 100n)]); // at the beginning of this order
      await indexed();
    });

    assert.equal(new Set(read).size, read.length, "no row twice");
    assert.deepEqual(
      read.filter((id) => before.includes(id)),
      before,
      "none left out",
    );
  });

  it("go on where they were when the row of the cursor is rolled back", async () => {
    const { url } = await serve();
    for (let k = 0; k < 6; k++) chain.mine([emit.auctionFilled(9, BigInt(k + 1), -1n, 100n)]);
    await indexed();
    const kept = (await fillIds()).slice(0, -4);

    let reached = "";
    const read = await readAll(url, "id_ASC", async (count, last) => {
      if (count !== 2) return;
      reached = last;
      chain.rollBack(4);
      for (let k = 0; k < 5; k++) chain.mine([emit.auctionFilled(9, 7n, -1n, 100n)]);
      await indexed();
    });

    assert.equal(new Set(read).size, read.length, "no row twice");
    assert.deepEqual(
      kept.filter((id) => !read.includes(id)),
      [],
      "none left out of those that stayed",
    );
    const news = (await fillIds()).filter((id) => id > reached);
    assert.deepEqual(read.slice(-news.length), news, "and all that lies behind the cursor now");
  });

  it("count all rows, and end with an empty page", async () => {
    const { url } = await serve();
    const all = await fillIds();

    const { data } = await ask(url, page("id_ASC", null, 1_000));
    assert.equal(data.fillsConnection.totalCount, all.length);
    assert.equal(data.fillsConnection.pageInfo.hasNextPage, false);
    const rest = await ask(url, page("id_ASC", data.fillsConnection.pageInfo.endCursor));
    assert.deepEqual(rest.data.fillsConnection.edges, []);
    const zero = await ask(url, page("id_ASC", null, 0));
    assert.deepEqual(zero.data.fillsConnection.edges, []);
  });

  it("refuse cursors of another order and orders that have no places", async () => {
    const { url } = await serve();
    const { data } = await ask(url, page("id_ASC", null));
    const { endCursor } = data.fillsConnection.pageInfo;
    const messages = await Promise.all(
      [page("block_ASC", endCursor), page("id_ASC", "nonsense"), page("vault_id_ASC", null)].map(
        async (query) => (await ask(url, query)).errors?.[0]?.message,
      ),
    );

    assert.match(`${messages[0]}`, /is of another order or none at all/);
    assert.equal(messages[1], "The cursor nonsense is of another order or none at all; take one of this query.");
    assert.match(`${messages[2]}`, /^Pages cannot be ordered by vault_id_ASC: order by fields of the row itself/);
  });
});

describe("subscriptions", () => {
  it("begin with the present state, so that a client which comes back misses nothing", async () => {
    const { url } = await serve();
    const query =
      "subscription($after: String!) { skims: fills(where: { id_gt: $after }, orderBy: id_ASC, limit: 50) { id } }";
    const client = openSocket(url);
    const seen: string[] = (await database.pool.query("SELECT max(id) AS id FROM fill")).rows.map(({ id }) => id);
    const open = () => {
      const after = seen.at(-1) as string;
      return client.subscribe<{ skims: { id: string }[] }>(
        { query, variables: { after } },
        {
          next: ({ data }) => {
            const news = data?.skims.filter(({ id }) => id > (seen.at(-1) as string)) ?? [];
            seen.push(...news.map(({ id }) => id));
          },
          error: () => {},
          complete: () => {},
        },
      );
    };
    const fill = () => chain.mine([emit.auctionFilled(9, 3n, -1n, 100n)]);
    const newest = async () => (await database.pool.query("SELECT max(id) AS id FROM fill")).rows[0].id;

    let close = open();
    fill();
    await indexed();
    await eventually("the first fill", async () => seen.at(-1) === (await newest()));
    close();
    fill(); // nobody is there
    fill();
    await indexed();
    close = open();
    await eventually("what it missed", async () => seen.at(-1) === (await newest()));
    fill();
    await indexed();
    await eventually("what comes after", async () => seen.at(-1) === (await newest()));
    close();

    const { rows } = await database.pool.query("SELECT id FROM fill WHERE id > $1 ORDER BY id", [seen[0]]);
    assert.deepEqual(
      seen.slice(1),
      rows.map(({ id }) => id),
    );
  });

  it("give each its own shape where the SQL is the same", async () => {
    const { url } = await serve();
    const answers = await Promise.all(
      ["subscription { vaults { one: mandate { id } } }", "subscription { vaults { other: mandate { id } } }"].map(
        (query) =>
          new Promise((resolve) => {
            openSocket(url).subscribe(
              { query },
              { next: ({ data }) => resolve(data), error: () => {}, complete: () => {} },
            );
          }),
      ),
    );

    const id = `31337-${addresses.mandate}`;
    assert.deepEqual(answers, [{ vaults: [{ one: { id } }] }, { vaults: [{ other: { id } }] }]);
  });
});
