// The program as its user meets it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { decodeModel, modelId } from "@aibot/kit/models";
import type { Hex } from "viem";

const csv = fileURLToPath(new URL("../data/sp500-2000.csv", import.meta.resolve("vega-datasets")));
const dir = mkdtempSync(join(tmpdir(), "ai-node-"));
after(() => rmSync(dir, { recursive: true }));

const aiNode = (args: string[], env: Record<string, string> = {}) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(import.meta.dirname, "main.ts"), ...args], {
    cwd: dir,
    env: { PATH: process.env.PATH, ...env },
    encoding: "utf8",
  });
  return { stdout, stderr, status };
};

describe("ai-node train", () => {
  it("writes the blob and its report, and prints the report as one JSON line", () => {
    const { stdout, status } = aiNode(["train", "--data", csv, "--kind", "linear", "--out", "spx.hex", "--json"]);
    assert.equal(status, 0);

    const printed = JSON.parse(stdout);
    const blob = readFileSync(join(dir, "spx.hex"), "utf8").trim() as Hex;
    assert.equal(printed.modelId, modelId(blob));
    assert.equal(decodeModel(blob).horizon, 5);
    assert.deepEqual(JSON.parse(readFileSync(join(dir, "spx.hex.json"), "utf8")), printed);
    assert.ok(printed.r2.model > printed.r2.har);
  });
});

describe("bad input is one sentence, exit code 1 and no file", () => {
  writeFileSync(join(dir, "bad.csv"), "date,open,high,low,close\n2000-01-03,2,3,0,2\n");
  const chains = { CHAINS: '[{"id":1,"rpc":"http://127.0.0.1:1","deployment":"/none.json"}]' };

  const cases: [what: string, args: string[], message: RegExp, env?: Record<string, string>][] = [
    ["a bad row", ["train", "--data", "bad.csv"], /^ai-node: bad\.csv, line 2: low "0" is not above zero: .*\.\n$/],
    ["an unknown option", ["train", "--data", "bad.csv", "--speed", "9"], /^error: unknown option '--speed'\n$/],
    ["a missing setting", ["run"], /^ai-node: CHAINS is not set.*\n$/],
    ["a round that is none", ["verify", "SPX/USD vol", "x"], /^ai-node: The round x is not one: .*\.\n$/, chains],
    ["a missing deployment", ["verify", "f", "1"], /^ai-node: .*\/none\.json.*\n$/, chains],
  ];
  for (const [what, args, message, env] of cases) {
    it(what, () => {
      const before = readdirSync(dir).length;
      const { stderr, status } = aiNode(args, env);
      assert.match(stderr, message);
      assert.equal(status, 1);
      assert.equal(readdirSync(dir).length, before);
    });
  }
});
