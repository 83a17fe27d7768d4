import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startFaultProxy } from "../../test/fault-proxy.ts";
import { InputError, RetryableError } from "../errors.ts";
import { type Anvil, startAnvil } from "./anvil.ts";
import { chainsSchema, endpointReasons, loadChains } from "./chain.ts";
import { createHeads, type Head, type HeadsEvent, type RawHead } from "./heads.ts";
import type { EndpointStatus } from "./rpc.ts";

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

/** A WebSocket server that answers every message with a word. */
const startBabbler = async () => {
  const server = createServer();
  const sockets: Duplex[] = [];
  server.on("upgrade", (request, socket) => {
    sockets.push(socket);
    const accept = createHash("sha1")
      .update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest("base64");
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`);
    socket.write(`Sec-WebSocket-Accept: ${accept}\r\n\r\n`);
    socket.on("data", () => socket.write(Buffer.from([0x81, 2, 0x6e, 0x6f]))); // a text frame that says "no"
    socket.on("error", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { ws: `ws://127.0.0.1:${port}`, stop };
};

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
      "an address without code",
      () => settings(write("code.json", missing)),
      /^Chain 31337 has no code for priceBook at 0x0+999/,
    ],
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

  it("names a node that does not answer, and says that it may come up: restart", async () => {
    const down = { ...settings(write("good.json", deployment)), rpc: "http://127.0.0.1:1025" };

    await assert.rejects(loadChains([down]), (error: Error) => {
      assert.ok(error instanceof RetryableError);
      assert.match(error.message, /127\.0\.0\.1:1025, which does not answer \(.*ECONNREFUSED.*\); start the node/);
      return true;
    });
  });

  it("reads through the second endpoint when the first is down, and says so", async () => {
    const rpc = ["http://127.0.0.1:1025", anvil.rpc];
    const [chain] = await loadChains([{ ...settings(write("good.json", deployment)), rpc }]);

    assert.equal(await chain?.client.getChainId(), 31337);
    assert.deepEqual(
      chain?.endpoints().map(({ endpoint, condition, reason }) => ({ endpoint, condition, reason })),
      [
        { endpoint: "http://127.0.0.1:1025", condition: "sick", reason: "connection" },
        { endpoint: anvil.rpc, condition: "well", reason: undefined },
      ],
    );
  });
});

describe("endpointReasons", () => {
  const of = (...conditions: EndpointStatus["condition"][]) =>
    endpointReasons({
      id: 1,
      endpoints: () =>
        conditions.map((condition, i) => ({ endpoint: `http://${i}`, condition, reason: "timeout", head: undefined })),
    });

  it("is silent while one endpoint is well", () => {
    assert.deepEqual(of("sick", "well"), []);
  });

  it("names each endpoint and its reason when none is", () => {
    assert.deepEqual(of("sick", "lagging"), [
      "No RPC endpoint of chain 1 is well: http://0 (timeout), http://1 (timeout).",
    ]);
  });
});

describe("chainsSchema", () => {
  const parse = (change: object) =>
    chainsSchema.safeParse(JSON.stringify([{ id: 1, rpc: "http://a", deployment: "/d.json", ...change }]));

  it("takes one endpoint or a list, for requests and for heads", () => {
    assert.ok(parse({}).success);
    assert.ok(parse({ rpc: ["http://a", "https://b"], ws: ["ws://a", "wss://b"], maxLagBlocks: 3 }).success);
  });

  const bad: [change: object, reason: RegExp][] = [
    [{ rpc: [] }, /at least one URL/],
    [{ rpc: ["http://a", "b"] }, /begins with http/],
    [{ rpc: 7 }, /a URL or a list/],
    [{ ws: ["http://a"] }, /begins with ws/],
    [{ maxLagBlocks: 0 }, />0/],
  ];
  for (const [change, reason] of bad) {
    it(`refuses ${JSON.stringify(change)}`, () => {
      assert.match(parse(change).error?.issues[0]?.message ?? "", reason);
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
    for (let i = 0; i < 3_000 && !condition(); i++) await sleep(10);
    assert.ok(condition());
  };
  const nothing = () => Promise.reject(new Error("down"));
  const follow = ({ ws, readLatest }: { ws: string[]; readLatest: () => Promise<RawHead> }) => {
    const heads: Head[] = [];
    const events: HeadsEvent[] = [];
    const stop = new AbortController();
    const tell = (event: HeadsEvent) => events.push(event);
    const watch = createHeads({ ws, readLatest, chainId: 31_337, heartbeatMs: 100, tell });
    watch((head) => heads.push(head), stop.signal);
    return { heads, events, stop: () => stop.abort() };
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
    createHeads({ ws: own.ws, readLatest: nothing })((head) => heads.push(head), stop.signal);
    await until(() => heads.length === 1);
    await own.stop();

    own = await startAnvil(["--port", port, "--timestamp", "1000000000"]);
    await until(() => heads.at(-1)?.timestamp === 1_000_000_000n);
    stop.abort();
    await own.stop();
  });

  it("goes on over the second WebSocket when the first says nothing", async () => {
    const proxy = await startFaultProxy(anvil.rpc);
    const { heads, events, stop } = follow({ ws: [proxy.ws, anvil.ws], readLatest: nothing });
    await until(() => heads.length === 1);
    proxy.set({ kind: "hang" });
    await until(() => events.some(({ kind, url }) => kind === "subscribed" && url === anvil.ws));
    await anvil.client.mine({ blocks: 1 });
    await until(() => heads.length === 2);
    stop();
    await proxy.stop();

    assert.deepEqual(events, [
      { kind: "subscribed", url: proxy.ws },
      { kind: "lost", url: proxy.ws, reason: "silent" },
      { kind: "subscribed", url: anvil.ws },
    ]);
  });

  it("leaves a WebSocket whose head stands still, as HTTP shows", async () => {
    const behind = await startAnvil();
    await anvil.client.mine({ blocks: 3 });
    const { heads, events, stop } = follow({ ws: [behind.ws, anvil.ws], readLatest });
    const head = await anvil.client.getBlockNumber();
    await until(() => heads.at(-1)?.number === head);
    stop();
    await behind.stop();

    assert.ok(events.some((event) => event.kind === "lost" && event.reason === "behind" && event.url === behind.ws));
  });

  it("refuses a WebSocket of another chain", async () => {
    const other = await startAnvil(["--chain-id", "5"]);
    const { heads, events, stop } = follow({ ws: [other.ws, anvil.ws], readLatest: nothing });
    await until(() => heads.length === 1);
    stop();
    const otherHead = await other.client.getBlock();
    await other.stop();

    assert.deepEqual(events[0], { kind: "lost", url: other.ws, reason: "wrong chain" });
    assert.ok(heads.every(({ hash }) => hash !== otherHead.hash));
  });

  it("survives a WebSocket that speaks no JSON", async () => {
    const babble = await startBabbler();
    const { heads, events, stop } = follow({ ws: [babble.ws, anvil.ws], readLatest: nothing });
    await until(() => heads.length === 1);
    stop();
    babble.stop();

    assert.deepEqual(events[0], { kind: "lost", url: babble.ws, reason: "garbage" });
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
