import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Config } from "../src/config.ts";
import type { Service } from "../src/data/services.ts";
import { type AppServer, serveApp } from "./serve.ts";
import { createServices, type ServiceSetting, servicesSchema, shown } from "./services.ts";

const KEY = `0x${"ab".repeat(32)}`;

const ORACLE = {
  ok: true,
  reasons: [],
  service: "oracle-0",
  quorum: 3,
  members: 4,
  peers: [{ address: "0x01" }, { address: "0x02", silentSince: "2026-01-01T00:00:00.000Z" }],
  openRounds: ["candle 7"],
  agreed: {},
  source: { name: "replay:http://127.0.0.1:4360", lagSeconds: 12 },
};

const AI_NODE = {
  ok: true,
  reasons: [],
  chains: [{ chain: 31337, block: "812", isReachable: true, feeds: [{ feed: "SPX/USD vol", equal: 40, unequal: 1 }] }],
  engines: [
    { name: "wasm-simd", state: "ready" },
    { name: "webgpu", state: "absent", reason: "no adapter under /usr/lib/libvulkan.so" },
  ],
  models: [
    { model: "0x5a", one: "reference", many: "wasm-simd", perSecond: { one: 210_000, many: 900_000 }, refused: [] },
  ],
};

const KEEPER = {
  ok: false,
  reasons: ["No RPC endpoint of chain 5 is well: https://node.example/v3/secret-key (timeout).", `bad key ${KEY}`],
  chains: [{ chain: 31337, head: "9", alarms: ["one"], transactions: { pending: 2, balance: "1" }, endpoints: [] }],
};

const answers: Record<string, (response: ServerResponse) => void> = {
  "/oracle": (response) => response.end(JSON.stringify(ORACLE)),
  "/ai-node": (response) => response.end(JSON.stringify(AI_NODE)),
  "/keeper": (response) => response.writeHead(503).end(JSON.stringify(KEEPER)),
  "/nonsense": (response) => response.end("<html>welcome</html>"),
  "/other-shape": (response) => response.end('{"status":"green"}'),
  "/starting": (response) => response.writeHead(503).end('{"ok":false,"reasons":["starting"]}'),
  "/moved": (response) => response.writeHead(302, { location: "/oracle" }).end(),
  "/slow": () => undefined,
  "/endless": (response) => {
    const more = () => void (response.destroyed || response.write("x".repeat(65_536), more));
    more();
  },
};

let peer: Server;
let asked: string[];
let port: number;

before(async () => {
  peer = createServer((request, response) => {
    asked.push(request.url ?? "");
    answers[request.url ?? ""]?.(response);
  });
  await new Promise<void>((resolve) => peer.listen(0, "127.0.0.1", resolve));
  port = (peer.address() as AddressInfo).port;
});

after(() => {
  peer.close();
  peer.closeAllConnections();
});

const setting = (path: string, kind: ServiceSetting["kind"] = "oracle"): ServiceSetting => ({
  name: path.slice(1),
  kind,
  url: `http://127.0.0.1:${port}${path}`,
});

const readAll = async (...settings: ServiceSetting[]): Promise<Service[]> => {
  asked = [];
  return createServices(settings).read();
};

test("figures of each kind reach the page, and nothing else of what /health says", async () => {
  const [oracle, aiNode] = await readAll(setting("/oracle"), setting("/ai-node", "ai-node"));

  assert.deepEqual(oracle, {
    name: "oracle",
    kind: "oracle",
    status: "healthy",
    reasons: [],
    figures: { members: 4, quorum: 3, silentPeers: 1, openRounds: 1, sourceLagSeconds: 12 },
  });
  assert.deepEqual(aiNode?.figures, {
    engines: [
      { name: "wasm-simd", state: "ready" },
      { name: "webgpu", state: "absent", reason: "no adapter under [path]" },
    ],
    models: [{ model: "0x5a", one: "reference", many: "wasm-simd", perSecond: { one: 210_000, many: 900_000 } }],
    equalRounds: 40,
    unequalRounds: 1,
  });
});

test("a service that is not well says why, without addresses or keys", async () => {
  const [keeper] = await readAll(setting("/keeper", "keeper"));

  assert.deepEqual(keeper, {
    name: "keeper",
    kind: "keeper",
    status: "unhealthy",
    reasons: ["No RPC endpoint of chain 5 is well: [address] (timeout).", "bad key 0xabababab…"],
    figures: { pending: 2, alarms: 1 },
  });
});

test("a service that still starts has reasons and no figures", async () => {
  const [one] = await readAll(setting("/starting"));

  assert.deepEqual([one?.status, one?.reasons, one?.figures], ["unhealthy", ["starting"], {}]);
});

test("down, slow, endless and nonsense are told apart, and none takes much longer than a second", async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
  const free = (closed.address() as AddressInfo).port;
  await new Promise((resolve) => closed.close(resolve));
  const began = performance.now();

  const all = await readAll(
    { name: "down", kind: "keeper", url: `http://127.0.0.1:${free}/health` },
    setting("/slow"),
    setting("/nonsense"),
    setting("/other-shape"),
    setting("/endless"),
    setting("/moved"),
  );

  assert.deepEqual(
    all.map(({ name, status }) => [name, status]),
    [
      ["down", "unreachable"],
      ["slow", "silent"],
      ["nonsense", "unreadable"],
      ["other-shape", "unreadable"],
      ["endless", "unreachable"],
      ["moved", "unreachable"],
    ],
  );
  assert.ok(performance.now() - began < 3_000);
  assert.ok(!asked.includes("/oracle"), "a redirect was followed");
});

test("many readers share one look for two seconds", async () => {
  asked = [];
  let now = 0;
  const services = createServices([setting("/oracle")], () => now);

  await Promise.all([services.read(), services.read()]);
  now = 1_999;
  await services.read();
  assert.equal(asked.length, 1);
  now = 2_000;
  await services.read();
  assert.equal(asked.length, 2);
});

test("only loopback addresses may be asked", () => {
  const parse = (url: string) => servicesSchema.safeParse([{ name: "a", kind: "keeper", url }]).success;

  assert.ok(parse("http://127.0.0.1:9101/health"));
  assert.ok(parse("http://localhost:9101/health"));
  assert.ok(parse("http://[::1]:9101/health"));
  for (const url of [
    "http://192.168.0.1/health",
    "https://127.0.0.1/",
    "http://127.0.0.1.evil.example/",
    "file:///etc",
  ])
    assert.ok(!parse(url), url);
});

test("a sentence keeps its words and loses what only the operator may know", () => {
  assert.equal(
    shown("the source replay:http://127.0.0.1:1 cannot be read: cannot open '/srv/keeper/a.sqlite' (3/4 signed)"),
    "the source replay:[address] cannot be read: cannot open '[path]' (3/4 signed)",
  );
  assert.equal(shown("x".repeat(500)).length, 400);
});

test("/services.json gives no address away and is never cached; without settings it is empty", async () => {
  const dist = await mkdtemp(join(tmpdir(), "app-dist-"));
  await writeFile(join(dist, "index.html"), "");
  await writeFile(join(dist, "pages.json"), "{}");
  const serve = (services: ServiceSetting[]): Promise<AppServer> =>
    serveApp({ dist, config: { chains: [], graphql: "http://127.0.0.1:1" } as unknown as Config, port: 0, services });
  const [server, bare] = await Promise.all([serve([setting("/oracle")]), serve([])]);
  const get = (to: AppServer) => fetch(`http://127.0.0.1:${to.port}/services.json`);

  const answer = await get(server);
  const text = await answer.text();

  assert.equal(answer.headers.get("cache-control"), "no-store");
  assert.equal((JSON.parse(text) as { services: Service[] }).services[0]?.status, "healthy");
  assert.doesNotMatch(text, /http|127\.0\.0\.1|replay/);
  assert.deepEqual(await (await get(bare)).json(), { services: [] });
  await Promise.all([server.close(), bare.close()]);
  await rm(dist, { recursive: true });
});
