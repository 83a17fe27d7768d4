import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { ask, ReadError, readJson } from "./read-error.ts";

const server = createServer(({ url }, response) => {
  if (url === "/page") response.writeHead(502).end("<h1>Bad gateway</h1>");
  if (url === "/json") response.end('{"a":1}');
});
let origin = "";

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const failureOf = async (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

test("what cannot be reached and what does not answer in time are told apart", async () => {
  const away = await failureOf(ask("http://127.0.0.1:1/", {}, 1_000));
  assert.ok(away instanceof ReadError && away.kind === "unreachable", String(away));
  assert.equal(away.source, "http://127.0.0.1:1/");

  const slow = await failureOf(ask(`${origin}/never`, {}, 50));
  assert.ok(slow instanceof ReadError && slow.kind === "slow", String(slow));
});

test("a question that nobody waits for any more is no failure of the source", async () => {
  const leaving = new AbortController();
  const asked = failureOf(ask(`${origin}/never`, { signal: leaving.signal }, 1_000));
  leaving.abort();
  assert.ok(!((await asked) instanceof ReadError));
});

test("an error page is not taken for an answer", async () => {
  const page = await failureOf(readJson(await ask(`${origin}/page`, {}, 1_000), origin));
  assert.ok(page instanceof ReadError && page.kind === "unexpected" && page.detail === "HTTP 502", String(page));
  assert.deepEqual(await readJson(await ask(`${origin}/json`, {}, 1_000), origin), { a: 1 });
});
