import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { z } from "zod";
import { InputError } from "../errors.ts";
import { helpText, parseEnv, privateKey, serviceSettings } from "./env.ts";

const schema = z.object({ ...serviceSettings, PRIVATE_KEY: privateKey.describe("signs transactions") });
const chains = [
  { id: 31337, rpc: "http://127.0.0.1:8545", ws: "ws://127.0.0.1:8545", deployment: "/tmp/deployment.json" },
];
const good = { CHAINS: JSON.stringify(chains), STATE_DIR: "/tmp/state", PRIVATE_KEY: `0x${"1".repeat(64)}` };

const sentenceFor = (env: Record<string, string>): string => {
  try {
    parseEnv(schema, env, "test");
  } catch (error) {
    assert.ok(error instanceof InputError);
    return error.message;
  }
  return assert.fail("accepted");
};

describe("parseEnv", () => {
  it("reads settings and fills in defaults; an empty value is an absent one", () => {
    const settings = parseEnv(schema, { ...good, HTTP_PORT: "", EXIT_WITH_PARENT: "1" }, "test");

    assert.deepEqual(settings.CHAINS, chains);
    assert.equal(settings.HTTP_PORT, 0);
    assert.equal(settings.LOG_LEVEL, "info");
    assert.equal(settings.EXIT_WITH_PARENT, true);
  });

  const bad: [name: string, value: string, sentence: RegExp][] = [
    ["CHAINS", "", /^CHAINS is not set: /],
    ["CHAINS", "{", /^CHAINS="\{" is invalid: expected a JSON list of chains\. See --help\.$/],
    ["CHAINS", "[]", /expected at least one chain/],
    ["CHAINS", JSON.stringify([...chains, ...chains]), /one chain id appears twice/],
    [
      "CHAINS",
      JSON.stringify([{ ...chains[0], rpc: "localhost" }]),
      /at 0\.rpc: expected a URL that begins with http:/,
    ],
    ["CHAINS", JSON.stringify([{ ...chains[0], wss: "x" }]), /wss/],
    ["STATE_DIR", "state", /^STATE_DIR="state" is invalid: expected an absolute path/],
    ["HTTP_PORT", "70000", /^HTTP_PORT="70000" is invalid/],
    ["EXIT_WITH_PARENT", "yes", /expected 0 or 1/],
  ];
  for (const [name, value, sentence] of bad) {
    it(`refuses ${name}=${value.slice(0, 40)} by name and value`, () => {
      assert.match(sentenceFor({ ...good, [name]: value }), sentence);
    });
  }

  it("never shows a secret", () => {
    const sentence = sentenceFor({ ...good, PRIVATE_KEY: "0xdeadbeef" });

    assert.match(sentence, /^PRIVATE_KEY=\[redacted\] is invalid: expected 0x and 64 hex digits/);
    assert.doesNotMatch(sentence, /deadbeef/);
  });

  it("lists every setting under --help", () => {
    const help = helpText(schema, "A service.");

    for (const name of Object.keys(schema.shape))
      assert.match(help, new RegExp(`^ {2}${name} +(required|optional)`, "m"));
    assert.match(help, /HTTP_PORT +optional/);
    assert.match(help, /PRIVATE_KEY +required +signs transactions/);
  });
});
