import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, describe, it } from "node:test";
import { createPublicClient } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { type Fault, type FaultProxy, startFaultProxy } from "../../test/fault-proxy.ts";
import { InputError, RetryableError } from "../errors.ts";
import { type Anvil, startAnvil } from "./anvil.ts";
import { createMetrics } from "./metrics.ts";
import { createRpc, type RpcParams } from "./rpc.ts";

const CHAIN = 31_337;
const REVERTER = `0x${"00".repeat(19)}99` as const;
const KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"; // anvil's first account
const PATIENCE_MS = 30_000;

let anvil: Anvil;
let [first, second] = [] as unknown as [FaultProxy, FaultProxy];
before(async () => {
  anvil = await startAnvil();
  [first, second] = await Promise.all([startFaultProxy(anvil.rpc), startFaultProxy(anvil.rpc)]);
  await anvil.client.setCode({ address: REVERTER, bytecode: "0x60006000fd" });
});
after(async () => {
  await Promise.all([first.stop(), second.stop()]);
  await anvil.stop();
});
beforeEach(() => {
  first.set({ kind: "none" });
  second.set({ kind: "none" });
});

/** A client of both proxies that looks at them often. */
const open = (more: Partial<RpcParams> = {}) => {
  const metrics = createMetrics();
  const rules = { lookMs: 20, firstRetryMs: 20, lastRetryMs: 20, maxLagBlocks: 2n, maxLagMs: 1_000, ...more.rules };
  const rpc = createRpc({
    ...{ chainId: CHAIN, urls: [first.rpc, second.rpc], metrics, timeoutMs: 500 },
    ...more,
    rules,
  });
  const client = createPublicClient({ transport: rpc.transport, cacheTime: 0 });
  const gasPrice = () => client.request({ method: "eth_gasPrice" }, { retryCount: 0 });
  const conditions = () => rpc.status().map(({ condition }) => condition);
  /** Requests start looks, so asking on is what brings an endpoint back. */
  const untilConditions = async (...wanted: string[]) => {
    const deadline = performance.now() + PATIENCE_MS;
    while (conditions().join() !== wanted.join()) {
      assert.ok(performance.now() < deadline, `${conditions()} instead of ${wanted}`);
      await gasPrice();
    }
  };
  return { rpc, client, metrics, gasPrice, conditions, untilConditions };
};
const asked = (proxy: FaultProxy, method: string) => proxy.calls().filter((call) => call === method).length;

describe("createRpc with two endpoints", () => {
  const faults: [fault: Fault, reason: string][] = [
    [{ kind: "hang" }, "timeout"],
    [{ kind: "delay", ms: 2_000 }, "timeout"],
    [{ kind: "drop" }, "connection"],
    [{ kind: "truncate" }, "connection"],
    [{ kind: "status", status: 429 }, "rate limit"],
    [{ kind: "error", code: -32005, message: "limit exceeded" }, "rate limit"],
    [{ kind: "status", status: 500 }, "server error"],
    [{ kind: "status", status: 503 }, "server error"],
    [{ kind: "status", status: 401 }, "refused"],
    [{ kind: "garbage", body: "<html>hello</html>" }, "garbage"],
    [{ kind: "garbage", body: '{"jsonrpc":"2.0","id":1,"res' }, "garbage"],
    [{ kind: "garbage", body: "{}" }, "garbage"],
    [{ kind: "garbage", body: "null" }, "garbage"],
  ];
  for (const [fault, reason] of faults) {
    it(`asks the second while the first has the fault ${JSON.stringify(fault)}, and goes back`, async () => {
      const { gasPrice, conditions, untilConditions, metrics } = open();
      const right = await gasPrice();
      first.set(fault);

      assert.equal(await gasPrice(), right);
      assert.deepEqual(conditions(), ["sick", "well"]);
      const counted = `rpc_failures_total{chain="31337",endpoint="${first.rpc}",reason="${reason}"} `;
      assert.ok(metrics.text().includes(counted), metrics.text());
      assert.ok(metrics.text().includes(`rpc_endpoint_up{chain="31337",endpoint="${first.rpc}"} 0`));

      first.set({ kind: "none" });
      await untilConditions("well", "well");
      const before = asked(second, "eth_gasPrice");
      await gasPrice();
      assert.equal(asked(second, "eth_gasPrice"), before);
    });
  }

  it("waits for a hanging endpoint once, not at every request", async () => {
    const { gasPrice } = open({ rules: { firstRetryMs: 60_000, lastRetryMs: 60_000 } });
    first.set({ kind: "hang" });
    const before = asked(first, "eth_gasPrice");
    for (let i = 0; i < 5; i++) await gasPrice();

    assert.equal(asked(first, "eth_gasPrice"), before + 1);
  });

  it("takes the chain's own word from the first and asks nobody else", async () => {
    const { client, conditions } = open();
    const raw = await privateKeyToAccount(KEY).signTransaction({
      ...{ chainId: CHAIN, type: "eip1559", nonce: 0, to: REVERTER, gas: 100_000n },
      ...{ maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n },
    });
    await client.request({ method: "eth_sendRawTransaction", params: [raw] });
    const before = second.calls().length;

    await assert.rejects(client.call({ to: REVERTER }), /reverted/);
    await assert.rejects(
      client.request({ method: "eth_sendRawTransaction", params: [raw] }, { retryCount: 0 }),
      /nonce too low|already/,
    );
    assert.deepEqual(
      second
        .calls()
        .slice(before)
        .filter((method) => method === "eth_call" || method === "eth_sendRawTransaction"),
      [],
    );
    assert.deepEqual(conditions(), ["well", "well"]);
  });

  it("asks the second for what the first does not have, and keeps the first", async () => {
    const { client, conditions, metrics } = open();
    first.set(({ method }) =>
      method === "eth_getBalance" ? { kind: "error", code: -32000, message: "header not found" } : { kind: "none" },
    );

    assert.equal(await client.getBalance({ address: REVERTER }), 0n);
    assert.deepEqual(conditions(), ["well", "well"]);
    assert.match(metrics.text(), /reason="unknown there"\} 1/);
  });

  it("leaves out a first that becomes another chain, and never asks it again until it is ours", async () => {
    const { gasPrice, untilConditions, metrics } = open();
    first.set({ kind: "wrongChain", id: 5 });
    await untilConditions("wrong chain", "well");
    const before = asked(first, "eth_gasPrice");
    second.set({ kind: "drop" });
    await assert.rejects(gasPrice());

    assert.equal(asked(first, "eth_gasPrice"), before);
    assert.match(metrics.text(), /reason="wrong chain"\} \d+/);
    first.set({ kind: "none" });
    second.set({ kind: "none" });
    await untilConditions("well", "well");
  });

  it("leaves out a first whose head stands still, and goes back when it has caught up", async () => {
    const { client, gasPrice, untilConditions, metrics } = open();
    await gasPrice();
    const head = await anvil.client.getBlockNumber();
    first.set({ kind: "stale", head });
    await anvil.client.mine({ blocks: 1 }); // fewer than maxLagBlocks, but for longer than maxLagMs
    await untilConditions("lagging", "well");

    assert.equal(await client.getBlockNumber(), head + 1n);
    assert.match(metrics.text(), /reason="lagging"\} \d+/);
    assert.ok(metrics.text().includes(`rpc_endpoint_head{chain="31337",endpoint="${first.rpc}"} ${head}`));
    first.set({ kind: "none" });
    await untilConditions("well", "well");
  });

  it("asks one that lags when nobody else answers", async () => {
    const { client, untilConditions, gasPrice } = open();
    await gasPrice();
    const head = await anvil.client.getBlockNumber();
    first.set({ kind: "stale", head });
    await anvil.client.mine({ blocks: 5 });
    await untilConditions("lagging", "well");
    second.set({ kind: "drop" });

    assert.equal(await client.request({ method: "eth_blockNumber" }, { retryCount: 0 }), `0x${head.toString(16)}`);
  });

  it("reports the failure of the first when both fail", async () => {
    const { gasPrice } = open();
    first.set({ kind: "status", status: 500 });
    second.set({ kind: "drop" });

    await assert.rejects(gasPrice(), /Status: 500/);
  });
});

describe("createRpc with one endpoint", () => {
  it("goes on by itself when the node is back", async () => {
    const { gasPrice, untilConditions, conditions } = open({ urls: [first.rpc] });
    first.set({ kind: "drop" });
    await assert.rejects(gasPrice());
    assert.deepEqual(conditions(), ["sick"]);
    first.set({ kind: "none" });
    await untilConditions("well");
  });

  it("asks it nothing but what was asked for while it is well", async () => {
    const { gasPrice } = open({ urls: [first.rpc] });
    const before = first.calls().length;
    for (let i = 0; i < 3; i++) await gasPrice();

    assert.deepEqual(first.calls().slice(before), ["eth_gasPrice", "eth_gasPrice", "eth_gasPrice"]);
  });
});

describe("secrets in a URL", () => {
  it("reach the endpoint and neither an error, the metrics nor the status", async () => {
    const requests: (string | undefined)[][] = [];
    const server = createServer((request, response) => {
      requests.push([request.url, request.headers.authorization]);
      response.writeHead(400).end("no");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const urls = [`http://us%65r:pass1@127.0.0.1:${port}/v2/apikey1?token=apikey2`];
    const { gasPrice, rpc, metrics } = open({ urls });

    const error = await gasPrice().then(
      () => assert.fail("answered"),
      (thrown: Error) => thrown,
    );
    const sentence = await rpc.check().then(
      () => assert.fail("accepted"),
      (thrown: Error) => thrown.message,
    );
    server.close();

    assert.deepEqual(requests[0], ["/v2/apikey1?token=apikey2", `Basic ${btoa("user:pass1")}`]);
    const everything = `${error.stack} ${JSON.stringify(error)} ${sentence} ${metrics.text()} ${JSON.stringify(rpc.status())}`;
    assert.ok(everything.includes(`http://127.0.0.1:${port}`));
    assert.doesNotMatch(everything, /pass1|apikey/);
  });
});

describe("check", () => {
  const failing = async (urls: string[]): Promise<Error> =>
    open({ urls })
      .rpc.check()
      .then(
        () => assert.fail("accepted"),
        (error: Error) => error,
      );

  it("accepts a chain of which one endpoint answers, and leaves the other out", async () => {
    const { rpc, conditions } = open({ urls: ["http://127.0.0.1:1025", second.rpc] });
    await rpc.check();

    assert.deepEqual(conditions(), ["sick", "well"]);
  });

  it("names an endpoint of another chain, also when the others are right: do not restart", async () => {
    second.set({ kind: "wrongChain", id: 5 });
    const error = await failing([first.rpc, second.rpc]);

    assert.ok(error instanceof InputError);
    assert.equal(error.message, `${second.rpc} is chain 5, but CHAINS says 31337; correct the id or the URL.`);
  });

  it("names every endpoint when none can be reached: restart, the node may come up", async () => {
    const error = await failing(["http://127.0.0.1:1025", "http://127.0.0.1:1026"]);

    assert.ok(error instanceof RetryableError);
    assert.match(
      error.message,
      /^CHAINS names http:\/\/127\.0\.0\.1:1025, which does not answer \(.*ECONNREFUSED.*\), and http:\/\/127\.0\.0\.1:1026, which .*; start a node or correct the URLs\.$/,
    );
  });

  it("names an endpoint that is no node: do not restart", async () => {
    first.set({ kind: "garbage", body: "<html>hello</html>" });
    const error = await failing([first.rpc]);

    assert.ok(error instanceof InputError);
    assert.match(error.message, /which does not answer \(.*not valid JSON.*\); start the node or correct the URL\.$/);
  });
});
