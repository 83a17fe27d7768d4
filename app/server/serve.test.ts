import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { Config } from "../src/config.ts";
import { compressFolder } from "./compress.ts";
import { type AppServer, serveApp } from "./serve.ts";

const CONFIG = {
  chains: [{ id: 31337, rpc: "http://127.0.0.1:8545" }],
  graphql: "http://127.0.0.1:4350/graphql",
  replay: "http://127.0.0.1:4360",
} as unknown as Config;

const LONG = "/* the same again */".repeat(200);

let dist: string;
let server: AppServer;

before(async () => {
  dist = await mkdtemp(join(tmpdir(), "app-dist-"));
  await mkdir(join(dist, "assets"));
  await writeFile(
    join(dist, "index.html"),
    '<meta name="style-nonce" content="%STYLE_NONCE%"><style nonce="%STYLE_NONCE%"></style>',
  );
  const files = {
    VaultPage: ["assets/VaultPage-abc.js", "assets/Panel-abc.js"],
    SignalPage: ["assets/SignalPage-abc.js", "assets/Panel-abc.js"],
    ...{ "en/every-page": ["assets/every-page-e.js"], "de/every-page": ["assets/every-page-d.js"] },
    ...{ "en/signal": ["assets/signal-e.js"], "de/signal": ["assets/signal-d.js"] },
  };
  await writeFile(join(dist, "pages.json"), JSON.stringify(files));
  await writeFile(join(dist, "assets", "main-abc.js"), "1;");
  await writeFile(join(dist, "assets", "long-abc.js"), LONG);
  await writeFile(join(dist, "sw.js"), "2;");
  await writeFile(join(dist, "manifest.webmanifest"), "{}");
  await compressFolder(dist);
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

test("a page names its own code and its sentences, which would be asked for only when its scripts have run", async () => {
  const named = async (path: string, language = "*") => {
    const { headers } = await get(path, { headers: { "accept-language": language } });
    return headers.get("link")?.split(", ");
  };
  const links = (...names: string[]) => names.map((name) => `</assets/${name}.js>; rel=modulepreload`);

  assert.deepEqual(await named("/"), links("every-page-e"));
  assert.deepEqual(await named("/vault/0x01"), links("VaultPage-abc", "Panel-abc", "every-page-e"));
  const german = links("SignalPage-abc", "Panel-abc", "every-page-d", "signal-d");
  assert.deepEqual(await named("/signal/spx-usd-vol", "fr-FR, de-AT;q=0.8, en;q=0.7"), german);
  assert.deepEqual(await named("/nowhere"), links("every-page-e"));
  assert.equal((await get("/pages.json")).status, 404);
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
  const [, nonce, ofStyle] = /content="([^"]+)"><style nonce="([^"]+)"/.exec(await first.text()) ?? [];

  assert.equal(ofStyle, nonce);
  assert.ok(policy.includes(`'nonce-${nonce}'`));
  assert.notEqual(policy, second.headers.get("content-security-policy"));
  assert.match(policy, /script-src 'self' 'wasm-unsafe-eval';/); // WebAssembly only
  assert.match(
    policy,
    /connect-src 'self' http:\/\/127\.0\.0\.1:4350 ws:\/\/127\.0\.0\.1:4350 http:\/\/127\.0\.0\.1:8545 http:\/\/127\.0\.0\.1:4360;/,
  );
  assert.match(policy, /manifest-src 'self'; worker-src 'self';/);
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'/);
});

test("the configuration is served as given and never cached", async () => {
  const answer = await get("/config.json");

  assert.deepEqual(await answer.json(), CONFIG);
  assert.equal(answer.headers.get("cache-control"), "no-store");
});

/** What arrives, as it arrives: fetch would unpack it. */
const raw = (path: string, headers: Record<string, string>) =>
  new Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
    request({ host: "127.0.0.1", port: server.port, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    })
      .on("error", reject)
      .end();
  });

test("an asset comes in the smallest form that the browser reads", async () => {
  const br = await raw("/assets/long-abc.js", { "accept-encoding": "gzip, deflate, br" });
  assert.equal(br.headers["content-encoding"], "br");
  assert.equal(brotliDecompressSync(br.body).toString(), LONG);
  assert.equal(Number(br.headers["content-length"]), br.body.length);

  const zipped = await raw("/assets/long-abc.js", { "accept-encoding": "gzip, br;q=0" });
  assert.equal(zipped.headers["content-encoding"], "gzip");
  assert.equal(gunzipSync(zipped.body).toString(), LONG);

  const plain = await raw("/assets/long-abc.js", {});
  assert.equal(plain.headers["content-encoding"], undefined);
  assert.equal(plain.body.toString(), LONG);
  assert.equal(plain.headers.vary, "accept-encoding");

  assert.equal((await raw("/assets/main-abc.js", { "accept-encoding": "br" })).headers["content-encoding"], undefined);
  assert.equal((await get("/assets/long-abc.js.br")).status, 404);
});

test("a file with a hash in its name is kept forever, any other is asked for again and costs nothing if it is the same", async () => {
  assert.match((await get("/assets/main-abc.js")).headers.get("cache-control") ?? "", /immutable/);
  const worker = await get("/sw.js");
  assert.equal(worker.headers.get("cache-control"), "no-cache");
  assert.equal(
    worker.headers.get("content-security-policy"),
    "default-src 'none'; script-src 'self'; connect-src 'self'",
  );
  assert.equal((await get("/manifest.webmanifest")).headers.get("content-type"), "application/manifest+json");

  const again = await raw("/sw.js", { "if-none-match": worker.headers.get("etag") ?? "" });
  assert.equal(again.status, 304);
  assert.equal(again.body.length, 0);
});

test("HEAD is GET without a body", async () => {
  for (const path of ["/", "/assets/main-abc.js", "/config.json"]) {
    const [head, full] = [await get(path, { method: "HEAD" }), await get(path)];
    assert.equal(head.status, 200, path);
    assert.equal(head.headers.get("content-length"), full.headers.get("content-length"), path);
    assert.equal(await head.text(), "", path);
  }
});

test("nothing can be written", async () => {
  assert.equal((await get("/", { method: "POST" })).status, 405);
});

test("a busy port is one sentence", async () => {
  await assert.rejects(serveApp({ dist, config: CONFIG, port: server.port }), /^InputError: PORT=\d+ is busy/);
});
