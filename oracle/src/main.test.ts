import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import type { Anvil } from "@aibot/kit/node/anvil";
import { privateKeyToAccount } from "viem/accounts";
import { deployMarket, type LocalMarket } from "./local-market.ts";
import { candleOf, freePorts, startChain, until } from "./local-network.ts";
import { type LocalExchange, startExchange } from "./sources/local-exchange.ts";

const KEY = `0x${"11".repeat(32)}` as const;
const { address } = privateKeyToAccount(KEY);
const OTHER = "0x00000000000000000000000000000000000000aa";

type Ended = { code: number | null; stdout: string; stderr: string };

type Started = { child: ChildProcess; ended: Promise<Ended> };

const startNode = (settings: Record<string, string>, ...options: string[]): Started => {
  const entry = fileURLToPath(new URL("main.ts", import.meta.url));
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", entry, ...options], {
    env: settings,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<Ended>((resolve) => {
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text) => {
      stdout += text;
    });
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended };
};

const runNode = (...given: Parameters<typeof startNode>): Promise<Ended> => startNode(...given).ended;

describe("a node that runs", { timeout: 120_000 }, () => {
  let folder: string;
  let anvil: Anvil;
  let market: LocalMarket;
  let exchange: LocalExchange;
  let settings: Record<string, string>;
  let http: number;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "oracle-test-"));
    anvil = await startChain(31_337);
    market = await deployMarket({ anvil, signers: [address], quorum: 1, seed: candleOf(0n) });
    const deployment = join(folder, "deployment.json");
    await writeFile(deployment, JSON.stringify(market.deployment));
    exchange = await startExchange({ price: candleOf(0n).close, time: candleOf(0n).end });
    exchange.close(candleOf(0n));
    const [listen = 0, status = 0] = await freePorts(2);
    http = status;
    settings = {
      CHAINS: JSON.stringify([{ id: 31_337, rpc: anvil.rpc, ws: anvil.ws, deployment }]),
      STATE_DIR: join(folder, "state"),
      PRIVATE_KEY: KEY,
      NODE_INDEX: "0",
      PEERS: JSON.stringify([{ address, url: `ws://127.0.0.1:${listen}` }]),
      LISTEN_PORT: String(listen),
      HTTP_PORT: String(http),
      SOURCE: `replay:${exchange.url}`,
    };
  });
  after(async () => {
    await Promise.all([exchange.stop(), anvil.stop()]);
    await rm(folder, { recursive: true });
  });

  const ask = (path: string): Promise<Response | undefined> =>
    fetch(`http://127.0.0.1:${http}${path}`).catch(() => undefined);
  const isWell = async (): Promise<boolean> => (await ask("/health"))?.ok === true;
  const closeDay = async (day: bigint): Promise<void> => {
    await market.advanceTo(candleOf(day).end);
    exchange.close(candleOf(day));
  };
  const landed = (day: bigint): Promise<void> =>
    until(`day ${day} is on the chain`, async () => (await market.reported()).candle.end === candleOf(day).end);

  it("reports, loses nothing when it is killed, tells how it is, and stops when asked to", async () => {
    const killed = startNode(settings);
    await until("it is well", isWell);
    await closeDay(1n);
    await landed(1n);
    await closeDay(2n);
    killed.child.kill("SIGKILL"); // before, while or after it reports the second day
    assert.equal((await killed.ended).code, null);

    const again = startNode(settings);
    await until("it is well", isWell);
    await closeDay(3n);
    await landed(3n);
    assert.equal((await market.reportTransactions()).candle.length, 3, "each day once");
    const health = (await (await ask("/health"))?.json()) as Record<string, unknown>;
    assert.deepEqual([health.reasons, health.quorum, health.members, health.peers], [[], 1, 1, []]);
    assert.match((await (await ask("/metrics"))?.text()) ?? "", /^oracle_transmissions\{result="succeeded"\} [1-9]/m);

    again.child.kill("SIGTERM");
    const { code, stdout } = await again.ended;
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, new RegExp(KEY.slice(2)));
  });

  it("ends with one sentence and code 1 when it may not sign any more, and when it is started again", async () => {
    const removed = startNode(settings);
    await until("it is well", isWell);
    await market.setSigners([OTHER], 1);
    await closeDay(4n);
    const { code, stderr } = await removed.ended;
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`^oracle: ${address} is no signer of SignedSource on chain 31337 any more: .*\n$`));
    const refused = await runNode(settings);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, new RegExp(`${address} is no signer of SignedSource on chain 31337: add it`));
  });

  it("ends with one sentence and code 1 when it cannot pay for reports", async () => {
    await market.setSigners([address], 1);
    await anvil.client.setBalance({ address, value: 1n });
    const { code, stderr } = await runNode(settings);
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`The account ${address} has .* send it at least`));
  });
});

describe("a node with a wrong setting", { timeout: 60_000 }, () => {
  let folder: string;
  let settings: Record<string, string>;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "oracle-test-"));
    settings = {
      CHAINS: '[{"id":31337,"rpc":"http://127.0.0.1:1","deployment":"/nowhere/deployment.json"}]',
      STATE_DIR: join(folder, "state"),
      PRIVATE_KEY: KEY,
      NODE_INDEX: "0",
      PEERS: JSON.stringify([{ address, url: "ws://127.0.0.1:9001" }]),
      LISTEN_PORT: "9001",
      SOURCE: "replay:http://127.0.0.1:1",
    };
  });
  after(() => rm(folder, { recursive: true }));

  const cases: [name: string, change: Record<string, string>, sentence: RegExp][] = [
    ["no list of nodes", { PEERS: "[" }, /PEERS.*JSON list of nodes/],
    ["a node twice", { PEERS: JSON.stringify([0, 1].map(() => ({ address, url: "ws://127.0.0.1:9001" }))) }, /twice/],
    ["a place beyond the list", { NODE_INDEX: "4" }, /NODE_INDEX=4 is beyond the 1 nodes/],
    [
      "another node's key",
      { PEERS: JSON.stringify([{ address: OTHER, url: "ws://127.0.0.1:9001" }]) },
      /PRIVATE_KEY belongs to/,
    ],
    ["no deployment file", {}, /\/nowhere\/deployment\.json/],
    [
      "a file where a folder should be",
      { STATE_DIR: fileURLToPath(import.meta.url) },
      /STATE_DIR=.*main\.test\.ts cannot be created/,
    ],
  ];
  for (const [name, change, sentence] of cases) {
    it(`ends with one sentence and code 1: ${name}`, async () => {
      const { code, stderr } = await runNode({ ...settings, ...change });
      assert.equal(code, 1);
      assert.match(stderr, sentence);
      assert.equal(stderr.trim().split("\n").length, 1, stderr);
      assert.doesNotMatch(stderr, new RegExp(KEY.slice(2)));
    });
  }

  it("lists the settings with --help", async () => {
    const { code, stdout } = await runNode({}, "--help");
    assert.equal(code, 0);
    for (const name of [...Object.keys(settings), "HEARTBEAT", "TAKEOVER_MS"]) assert.match(stdout, new RegExp(name));
  });
});
