import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { privateKeyToAccount } from "viem/accounts";

const KEY = `0x${"11".repeat(32)}` as const;
const { address } = privateKeyToAccount(KEY);
const OTHER = "0x00000000000000000000000000000000000000aa";

type Ended = { code: number | null; stdout: string; stderr: string };

const runNode = (settings: Record<string, string>, ...options: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const entry = fileURLToPath(new URL("main.ts", import.meta.url));
    const child = spawn(process.execPath, [entry, ...options], { env: settings, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text) => {
      stdout += text;
    });
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    child.on("close", (code) => resolve({ code, stdout, stderr }));
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
