// The reference against the real contracts on a real chain.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Candle, parseCandlesCsv } from "@aibot/kit/candles";
import { encodeModel, modelId } from "@aibot/kit/models";
import { type Chain, loadChains } from "@aibot/kit/node/chain";
import { createLog } from "@aibot/kit/node/log";
import { createMetrics } from "@aibot/kit/node/metrics";
import {
  ALPHAS_Q32,
  deployer,
  FEED,
  type LocalProtocol,
  PERIODS_PER_YEAR,
  startLocalProtocol,
} from "./local-protocol.ts";
import { readProtocolLogs } from "./protocol-logs.ts";
import { register } from "./register.ts";
import { createComparison } from "./run.ts";
import { train } from "./train.ts";
import { verifyRounds } from "./verify.ts";

const csv = fileURLToPath(new URL("../data/sp500-2000.csv", import.meta.resolve("vega-datasets")));
const spx = parseCandlesCsv({ text: readFileSync(csv, "utf8"), name: "sp500-2000.csv", period: 86_400 });
const first = spx.findIndex(({ start }) => start >= BigInt(Date.parse("2007-01-03") / 1000));
const seeded = spx.slice(first - 160, first);
const live = (from: number, to: number): Candle[] => spx.slice(first + from, first + to);

const { model } = train({
  candles: spx.slice(0, first),
  trainUntil: BigInt(Date.parse("2007-01-01") / 1000),
  alphasQ32: ALPHAS_Q32,
  period: 86_400,
  horizon: 5,
  periodsPerYear: PERIODS_PER_YEAR,
  featureSet: 1,
});
const blob = encodeModel(model);

const dir = mkdtempSync(join(tmpdir(), "verify-"));
const log = createLog("test", "silent");
let protocol: LocalProtocol;
let chain: Chain;
let chains: string;

before(async () => {
  protocol = await startLocalProtocol((seeded.at(-1)?.end ?? 0n) + 1n);
  const deployment = join(dir, "deployment.json");
  writeFileSync(deployment, JSON.stringify(protocol.deployment));
  const settings = { id: 31_337, rpc: protocol.anvil.rpc, ws: protocol.anvil.ws, deployment };
  chains = JSON.stringify([settings]);
  chain = (await loadChains([settings]))[0] as Chain;
});

after(async () => {
  await protocol.anvil.stop();
  rmSync(dir, { recursive: true });
});

const until = async (isTrue: () => boolean) => {
  const deadline = performance.now() + 10_000;
  while (!isTrue() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe("register", () => {
  it("puts the model on the chain, and a second time sends nothing", async () => {
    const { signal } = new AbortController();
    const params = { chain, account: deployer, blob, stateDir: dir, log, signal };
    assert.equal(await register(params), modelId(blob));

    const sent = () => protocol.anvil.client.getTransactionCount({ address: deployer.address });
    const nonce = await sent();
    assert.equal(await register(params), modelId(blob));
    assert.equal(await sent(), nonce);
  });
});

describe("verifyRounds (SIG-1)", () => {
  before(async () => {
    await protocol.seed(seeded);
    await protocol.createFeed(modelId(blob));
    for (const candle of live(0, 3)) await protocol.publish(candle);
    await protocol.rotateSigners("second ");
    for (const candle of live(3, 5)) await protocol.publish(candle);
  });

  it("rebuilds every round from signed reports, over a change of signers", async () => {
    const verdicts = await verifyRounds({ chain, feed: FEED, from: 1, to: 10_000 });
    assert.deepEqual(
      verdicts.flatMap(({ differences }) => differences),
      [],
    );
    assert.deepEqual(
      verdicts.map(({ round }) => round),
      [161, 162, 163, 164, 165],
    );
    assert.ok(verdicts.every(({ equal, reference, chain: value }) => equal && reference === value));
    assert.ok(verdicts.every(({ evidence }) => evidence?.signers.length === 3));
  });

  it("gives the rounds asked for", async () => {
    const verdicts = await verifyRounds({ chain, feed: FEED, from: 162, to: 163 });
    assert.deepEqual(
      verdicts.map(({ round }) => round),
      [162, 163],
    );
  });

  it("names the feeds there are when asked for another", async () => {
    await assert.rejects(
      verifyRounds({ chain, feed: "BTC/USD vol", from: 1, to: 1 }),
      /feed "BTC\/USD vol" is not deployed: choose one of "SPX\/USD vol"/,
    );
  });

  it("is a command that prints every step and exits 0, or 1 with a sentence", () => {
    const aiNode = (...args: string[]) =>
      spawnSync(process.execPath, [join(import.meta.dirname, "main.ts"), ...args], {
        env: { PATH: process.env.PATH, CHAINS: chains },
        encoding: "utf8",
      });

    const good = aiNode("verify", FEED, "165");
    assert.equal(good.status, 0, good.stderr);
    assert.match(good.stdout, /^equal\s+bit for bit$/m);

    const none = aiNode("verify", FEED, "160");
    assert.equal(none.status, 1);
    assert.match(none.stderr, /^ai-node: Round 160 of "SPX\/USD vol" was never published/);
  });
});

describe("the service", () => {
  const freePort = async (): Promise<number> => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    return port;
  };

  /** `ai-node run` on the chain; it answers everything when `ready`. */
  const startService = async () => {
    const [status, api] = [await freePort(), await freePort()];
    const env = { PATH: process.env.PATH, CHAINS: chains, HTTP_PORT: `${status}`, API_PORT: `${api}`, GPU: "off" };
    const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), "run"], { env, stdio: "pipe" });
    const ended = once(child, "exit");
    const get = async (port: number, path: string, init: RequestInit = {}) =>
      (await fetch(`http://127.0.0.1:${port}${path}`, init)).json();
    const health = () => get(status, "/health").catch(() => ({ ok: false }));
    while ((await health()).ok !== true || (await health()).models.length === 0) await sleep(50);
    return { child, ended, health, get: (path: string, init?: RequestInit) => get(api, path, init) };
  };

  it("SIG-1: names its engines, serves each round with its proof, and predicts the chain's integer from it", async () => {
    const { child, ended, health, get } = await startService();
    const { engines, models } = await health();
    assert.deepEqual(
      engines.slice(0, 2).map((engine: { name: string; state: string }) => [engine.name, engine.state]),
      [
        ["typescript", "ready"],
        ["wasm", "ready"],
      ],
    );
    assert.equal(models[0].model, modelId(blob));

    const { proof, ...round } = await get(`/v1/feeds/${encodeURIComponent(FEED)}/latest`);
    const published = (await readProtocolLogs(chain, { fromBlock: 0n, toBlock: BigInt(proof.block) })).at(-1);
    assert.deepEqual([round.round, proof.transaction, proof.isEqual], [165, published?.transactionHash, true]);

    const body = JSON.stringify({ rows: [proof.lanes.map(({ lane }: { lane: number }) => lane)] });
    const headers = { "content-type": "application/json" };
    const { outputs } = await get(`/v1/models/${proof.modelId}/predict`, { method: "POST", headers, body });
    assert.equal(outputs[0].value, round.value);
    assert.equal(round.value, proof.reference);

    child.kill("SIGTERM");
    assert.deepEqual(await ended, [0, null]);
  });

  it("answers the same after it was killed", async () => {
    const first = await startService();
    first.child.kill("SIGKILL");
    await first.ended;
    const second = await startService();
    assert.equal((await second.get(`/v1/feeds/${encodeURIComponent(FEED)}/latest`)).round, 165);
    second.child.kill("SIGTERM");
    await second.ended;
  });

  it("does not start with a GPU that nobody knows, or with a port that is none", () => {
    const refused = (env: Record<string, string>) =>
      spawnSync(process.execPath, [join(import.meta.dirname, "main.ts"), "run"], {
        env: { PATH: process.env.PATH, CHAINS: chains, ...env },
        encoding: "utf8",
      });
    const gpu = refused({ GPU: "cuda" });
    assert.deepEqual([gpu.status, /^ai-node: GPU="cuda" is invalid: /.test(gpu.stderr)], [1, true], gpu.stderr);
    assert.match(refused({ API_PORT: "70000" }).stderr, /^ai-node: API_PORT="70000" is invalid: /);
  });
});

describe("run", () => {
  it("compares rounds as they come and follows a chain that was rolled back", async () => {
    const controller = new AbortController();
    const comparison = createComparison({ chain, inference: { learn: async () => {} }, log, metrics: createMetrics() });
    const following = comparison.follow(controller.signal);
    const feed = () => comparison.health().feeds[0] ?? { round: 0, equal: 0, unequal: 0 };

    await until(() => feed().round === 165);
    assert.deepEqual([feed().equal, feed().unequal], [5, 0]);

    const snapshot = await protocol.anvil.client.snapshot();
    for (const candle of live(5, 7)) await protocol.publish(candle);
    await until(() => feed().round === 167);
    assert.deepEqual([feed().equal, feed().unequal], [7, 0]);

    await protocol.anvil.client.revert({ id: snapshot });
    for (const candle of live(7, 10)) await protocol.publish(candle); // the same rounds from other candles
    await until(() => feed().round === 168);
    assert.deepEqual([feed().equal, feed().unequal], [8, 0]);

    controller.abort();
    await following;
  });
});
