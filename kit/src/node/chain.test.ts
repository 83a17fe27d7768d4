import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { InputError } from "../errors.ts";
import { type Anvil, startAnvil } from "./anvil.ts";
import { loadChains } from "./chain.ts";
import { createHeads, type Head, type RawHead } from "./heads.ts";

const address = (last: number) => `0x${last.toString(16).padStart(40, "0")}`;
const deployment = {
  chainId: 31337,
  startBlock: 0,
  contracts: {
    accessManager: address(0x101),
    priceBook: address(0x102),
    signedSource: address(0x103),
    modelRegistry: address(0x104),
    signalFeed: address(0x105),
  },
  markets: [],
  vaults: [],
};

let anvil: Anvil;
let folder: string;
before(async () => {
  anvil = await startAnvil();
  folder = mkdtempSync(join(tmpdir(), "chain-"));
  for (const contract of Object.values(deployment.contracts)) {
    await anvil.client.setCode({ address: contract as `0x${string}`, bytecode: "0x00" });
  }
});
after(async () => {
  await anvil.stop();
  rmSync(folder, { recursive: true });
});

const write = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
};
const settings = (path: string) => ({ id: 31337, rpc: anvil.rpc, ws: anvil.ws, deployment: path });

describe("loadChains", () => {
  it("connects to a chain that is what the settings say", async () => {
    const [chain] = await loadChains([settings(write("good.json", deployment))]);

    assert.equal(chain?.id, 31337);
    assert.equal(chain.deployment.contracts.priceBook, address(0x102));
  });

  const missing = { ...deployment, contracts: { ...deployment.contracts, priceBook: address(0x999) } };
  const cases: [fault: string, settings: () => ReturnType<typeof settings>, sentence: RegExp][] = [
    [
      "a missing file",
      () => settings("/nowhere/deployment.json"),
      /\/nowhere\/deployment\.json, which cannot be read .*; deploy first/,
    ],
    ["a file that is not JSON", () => settings(write("text.json", "{")), /text\.json is not JSON/],
    [
      "a file with a wrong field",
      () => settings(write("field.json", { ...deployment, startBlock: -1 })),
      /wrong at startBlock/,
    ],
    [
      "a deployment of another chain",
      () => settings(write("other.json", { ...deployment, chainId: 1 })),
      /is of chain 1, but CHAINS says 31337/,
    ],
    [
      "a wrong chain id behind the URL",
      () => ({ ...settings(write("one.json", { ...deployment, chainId: 1 })), id: 1 }),
      /is chain 31337, but CHAINS says 1;/,
    ],
    [
      "a node that does not answer",
      () => ({ ...settings(write("good.json", deployment)), rpc: "http://127.0.0.1:1025" }),
      /127\.0\.0\.1:1025, which does not answer \(.*ECONNREFUSED.*\); start the node/,
    ],
    ["an address without code", () => settings(write("code.json", missing)), /no code for priceBook at 0x0+999/],
  ];
  for (const [fault, bad, sentence] of cases) {
    it(`names ${fault} in one sentence`, async () => {
      await assert.rejects(loadChains([bad()]), (error: Error) => {
        assert.ok(error instanceof InputError);
        assert.match(error.message, sentence);
        return true;
      });
    });
  }
});

describe("watchHeads", () => {
  const readLatest = () =>
    anvil.client.request({ method: "eth_getBlockByNumber", params: ["latest", false] } as never) as Promise<RawHead>;
  const collect = (ws: string | undefined) => {
    const heads: Head[] = [];
    const stop = new AbortController();
    createHeads({ ws, readLatest, pollMs: 20 })((head) => heads.push(head), stop.signal);
    return { heads, stop: () => stop.abort() };
  };
  const until = async (condition: () => boolean) => {
    for (let i = 0; i < 300 && !condition(); i++) await sleep(10);
    assert.ok(condition());
  };

  for (const transport of ["a WebSocket", "polling"]) {
    it(`tells the present head, then each new one, by ${transport}`, async () => {
      const { heads, stop } = collect(transport === "polling" ? undefined : anvil.ws);
      await until(() => heads.length === 1);
      await anvil.client.mine({ blocks: 1 });
      await until(() => heads.length === 2);
      stop();

      assert.equal(heads[1]?.number, (heads[0]?.number ?? 0n) + 1n);
      assert.equal(heads[1]?.parentHash, heads[0]?.hash);
      assert.ok((heads[1]?.timestamp ?? 0n) > 0n && (heads[1]?.baseFeePerGas ?? 0n) > 0n);
    });

    it(`tells a new block at the same height, by ${transport}`, async () => {
      await anvil.client.mine({ blocks: 2 });
      const { heads, stop } = collect(transport === "polling" ? undefined : anvil.ws);
      await until(() => heads.length === 1);
      await anvil.client.request({ method: "anvil_reorg", params: [1, []] } as never);
      await until(() => heads.length > 1);
      stop();

      assert.equal(heads.at(-1)?.number, heads[0]?.number);
      assert.notEqual(heads.at(-1)?.hash, heads[0]?.hash);
    });
  }

  it("polls while the WebSocket cannot be reached", async () => {
    const { heads, stop } = collect("ws://127.0.0.1:1025");
    await until(() => heads.length === 1);
    await anvil.client.mine({ blocks: 1 });
    await until(() => heads.length === 2);
    stop();
  });

  it("connects again after the node was away", async () => {
    let own = await startAnvil();
    const port = new URL(own.rpc).port;
    const heads: Head[] = [];
    const stop = new AbortController();
    const nothing = () => Promise.reject(new Error("down"));
    createHeads({ ws: own.ws, readLatest: nothing })((head) => heads.push(head), stop.signal);
    await until(() => heads.length === 1);
    await own.stop();

    own = await startAnvil(["--port", port, "--timestamp", "1000000000"]);
    await until(() => heads.at(-1)?.timestamp === 1_000_000_000n);
    stop.abort();
    await own.stop();
  });

  it("serves several watchers from one connection and the newest head to a late one", async () => {
    const watch = createHeads({ ws: anvil.ws, readLatest });
    const [early, late]: [Head[], Head[]] = [[], []];
    const stop = new AbortController();
    watch((head) => early.push(head), stop.signal);
    await until(() => early.length === 1);
    watch((head) => late.push(head), stop.signal);

    assert.deepEqual(late, early);
    stop.abort();
  });
});
