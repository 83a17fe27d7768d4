import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Config } from "../src/config.ts";
import { type AppServer, serveApp } from "./serve.ts";

const CONFIG = {
  chains: [{ id: 31337, rpc: "http://127.0.0.1:8545" }],
  graphql: "http://127.0.0.1:4350/graphql",
  replay: "http://127.0.0.1:4360",
} as unknown as Config;

let dist: string;
let server: AppServer;

before(async () => {
  dist = await mkdtemp(join(tmpdir(), "app-dist-"));
  await mkdir(join(dist, "assets"));
  await writeFile(join(dist, "index.html"), '<meta name="style-nonce" content="%STYLE_NONCE%">');
  await writeFile(join(dist, "assets", "main-abc.js"), "1;");
  server = await serveApp({ dist, config: CONFIG, port: 0 });
});

after(async () => {
  await server.close();
  await rm(dist, { recursive: true });
});

const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server.port}${path}`, init);

test("each page is the app, and an address that is none says 404 with the app inside", async () => {
  for (const path of ["/", "/vault/0x01", "/signal/spx-usd-vol", "/signal/spx-usd-vol/412?chain=1"]) {
    assert.equal((await get(path)).status, 200, path);
  }
  const missing = await get("/nowhere");
  assert.equal(missing.status, 404);
  assert.match(await missing.text(), /style-nonce/);
});

test("an asset that does not exist is a real 404", async () => {
  const missing = await get("/assets/main-old.js");

  assert.equal(missing.status, 404);
  assert.match(missing.headers.get("content-type") ?? "", /^text\/plain/);
  assert.equal((await get("/assets/main-abc.js")).headers.get("content-type"), "text/javascript; charset=utf-8");
});

test("no path leaves the build folder", async () => {
  for (const path of ["/..%2f..%2fetc/passwd", "/assets/../../package.json", "//etc/passwd"]) {
    const answer = await get(path);
    assert.equal(answer.status, 404, path);
  }
});

test("every page carries a fresh nonce and a policy that names only configured origins", async () => {
  const [first, second] = await Promise.all([get("/"), get("/")]);
  const policy = first.headers.get("content-security-policy") ?? "";
  const nonce = /content="([^"]+)"/.exec(await first.text())?.[1] ?? "";

  assert.ok(policy.includes(`'nonce-${nonce}'`));
  assert.notEqual(policy, second.headers.get("content-security-policy"));
  assert.match(policy, /script-src 'self' 'wasm-unsafe-eval';/); // WebAssembly only
  assert.match(
    policy,
    /connect-src 'self' http:\/\/127\.0\.0\.1:4350 ws:\/\/127\.0\.0\.1:4350 http:\/\/127\.0\.0\.1:8545 http:\/\/127\.0\.0\.1:4360;/,
  );
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'/);
});

test("the configuration is served as given and never cached", async () => {
  const answer = await get("/config.json");

  assert.deepEqual(await answer.json(), CONFIG);
  assert.equal(answer.headers.get("cache-control"), "no-store");
});

test("nothing can be written", async () => {
  assert.equal((await get("/", { method: "POST" })).status, 405);
});

test("a busy port is one sentence", async () => {
  await assert.rejects(serveApp({ dist, config: CONFIG, port: server.port }), /^InputError: PORT=\d+ is busy/);
});
