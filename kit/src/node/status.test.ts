import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { InputError } from "../errors.ts";
import { serveStatus } from "./http.ts";
import { createLog } from "./log.ts";
import { createMetrics } from "./metrics.ts";

const log = createLog("test", "silent");
const freePort = async () => {
  const { createServer } = await import("node:net");
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
};

describe("metrics", () => {
  it("print counters and gauges by label in the Prometheus text format", () => {
    const metrics = createMetrics();
    const sent = metrics.counter("keeper_actions_total", "Actions by outcome.");
    sent.inc({ outcome: "mined" });
    sent.inc({ outcome: "mined" }, 2);
    sent.inc({ outcome: 'odd "name"\n' });
    metrics.gauge("keeper_pending", "Transactions in flight.").set(4);

    const text = metrics.text();

    assert.match(text, /# HELP keeper_actions_total Actions by outcome\.\n# TYPE keeper_actions_total counter\n/);
    assert.match(text, /^keeper_actions_total\{outcome="mined"\} 3$/m);
    assert.match(text, /^keeper_actions_total\{outcome="odd \\"name\\"\\n"\} 1$/m);
    assert.match(text, /^keeper_pending 4$/m);
    assert.match(text, /^process_resident_memory_bytes \d+$/m);
  });
});

describe("onScrape", () => {
  it("reads a state at each scrape and not before", () => {
    const metrics = createMetrics();
    const height = metrics.gauge("height", "Blocks.");
    let state = 1;
    metrics.onScrape(() => height.set(state));
    state = 2;

    assert.match(metrics.text(), /^height 2$/m);
    state = 3;
    assert.match(metrics.text(), /^height 3$/m);
  });
});

describe("serveStatus", () => {
  it("answers /health and /metrics, 503 when not ok, and nothing else", async () => {
    let ok = true;
    const server = await serveStatus({
      port: await freePort(),
      health: () => ({ ok, block: 7n }),
      metrics: () => "up 1\n",
      log,
    });
    const get = (path: string, method = "GET") => fetch(`http://127.0.0.1:${server.port}${path}`, { method });

    const healthy = await get("/health");
    ok = false;
    const [sick, metrics, other, posted] = await Promise.all([
      get("/health"),
      get("/metrics"),
      get("/"),
      get("/health", "POST"),
    ]);
    await server.close();

    assert.equal(healthy.status, 200);
    assert.deepEqual(await healthy.json(), { ok: true, block: "7" });
    assert.deepEqual([sick.status, other.status, posted.status], [503, 404, 405]);
    assert.equal(await metrics.text(), "up 1\n");
  });

  it("names a busy port", async () => {
    const port = await freePort();
    const params = { port, health: () => ({}), metrics: () => "", log };
    const server = await serveStatus(params);

    await assert.rejects(serveStatus(params), (error: Error) => {
      assert.ok(error instanceof InputError);
      assert.match(error.message, new RegExp(`^HTTP_PORT ${port} is in use`));
      return true;
    });
    await server.close();
  });

  it("serves nothing on port 0", async () => {
    const server = await serveStatus({ port: 0, health: () => ({}), metrics: () => "", log });

    assert.equal(server.port, 0);
  });
});
