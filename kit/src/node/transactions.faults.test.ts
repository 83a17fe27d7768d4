import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Address, createPublicClient, type Hex, hexToBigInt, http, type PublicClient, parseEther } from "viem";
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { type FaultProxy, type RpcCall, startFaultProxy } from "../../test/fault-proxy.ts";
import { type Anvil, startAnvil } from "./anvil.ts";
import { createHeads, type RawHead } from "./heads.ts";
import { createLog } from "./log.ts";
import { createRpc } from "./rpc.ts";
import { createTransactions, readJournal, type TransactionsParams, transactionFaults } from "./transactions.ts";

const CHAIN = 31_337;
const log = createLog("test", "silent");

/** Adds one to storage slot 0. */
const COUNTER_CODE = "0x60005460010160005500";
const counter: Address = "0x00000000000000000000000000000000000c0001";
/** Calls the counter with all gas but what is kept, and goes on whatever comes of it. */
const CATCHER_CODE = `0x600060006000600060007300000000000000000000000000000000000c00015af15000`;
const catcher: Address = "0x00000000000000000000000000000000000c0003";
const count = { to: counter, data: "0x" } as const;

let anvil: Anvil;
let proxies: [FaultProxy, FaultProxy];
let folder: string;
let account: PrivateKeyAccount;
let key: Hex;
let stop: AbortController;

before(async () => {
  anvil = await startAnvil();
  proxies = await Promise.all([startFaultProxy(anvil.rpc), startFaultProxy(anvil.rpc)]);
});
after(async () => {
  await Promise.all(proxies.map((proxy) => proxy.stop()));
  await anvil.stop();
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "faults-"));
  key = generatePrivateKey();
  account = privateKeyToAccount(key);
  stop = new AbortController();
  for (const proxy of proxies) proxy.set({ kind: "none" });
  await anvil.client.setAutomine(true);
  await anvil.client.setBalance({ address: account.address, value: 10n ** 20n });
  await anvil.client.setCode({ address: counter, bytecode: COUNTER_CODE });
  await anvil.client.setCode({ address: catcher, bytecode: CATCHER_CODE });
  await anvil.client.setStorageAt({ address: counter, index: 0, value: `0x${"0".repeat(64)}` });
});
afterEach(() => {
  stop.abort();
  rmSync(folder, { recursive: true });
});

/** A manager whose requests go to the first proxy, and to the second where the first fails. */
const open = (params: Partial<TransactionsParams> = {}) => {
  const rules = { lookMs: 20, firstRetryMs: 20, lastRetryMs: 20, maxLagBlocks: 2n, maxLagMs: 1_000 };
  const { transport } = createRpc({ chainId: CHAIN, urls: proxies.map(({ rpc }) => rpc), rules, timeoutMs: 500 });
  const client = createPublicClient({ transport, cacheTime: 0 }) as PublicClient;
  const direct = createPublicClient({ transport: http(anvil.rpc) });
  const readLatest = () =>
    direct.request({ method: "eth_getBlockByNumber", params: ["latest", false] }) as Promise<RawHead>;
  return createTransactions({
    chain: { id: CHAIN, client, watchHeads: createHeads({ ws: anvil.ws, readLatest }) },
    ...{ account, journalPath: join(folder, "journal.sqlite"), log, signal: stop.signal },
    ...params,
  });
};
const restart = (params: Partial<TransactionsParams> = {}) => {
  stop.abort();
  stop = new AbortController();
  return open(params);
};

const effects = async (): Promise<number> =>
  Number(hexToBigInt((await anvil.client.getStorageAt({ address: counter, slot: "0x0" })) ?? "0x0"));
const nonce = () => anvil.client.getTransactionCount({ address: account.address });
const until = async (condition: () => Promise<boolean> | boolean, what: string): Promise<void> => {
  for (let i = 0; i < 3_000; i++) {
    if (await condition()) return;
    await sleep(10);
  }
  assert.fail(`${what} did not happen`);
};
const sendings = ({ method }: RpcCall) => method === "eth_sendRawTransaction";

describe("a node that misbehaves", () => {
  it("K2 takes a transaction and loses the answer: the same bytes meet 'already known' and are mined once", async () => {
    await anvil.client.setAutomine(false);
    for (const proxy of proxies) proxy.set((call) => ({ kind: sendings(call) ? "dropAnswer" : "none" }));
    const { send } = await open({ patience: { retryAfterMs: 20, rebroadcastAfterMs: 50 } });
    const result = send({ key: "one", ...count });
    await until(
      () => proxies.some(({ calls }) => calls().filter((method) => method === "eth_sendRawTransaction").length > 2),
      "a second broadcast",
    );

    for (const proxy of proxies) proxy.set({ kind: "none" });
    await anvil.client.mine({ blocks: 1 });
    await anvil.client.setAutomine(true);

    assert.equal((await result).kind, "mined");
    assert.equal(await effects(), 1);
    assert.equal(readJournal(join(folder, "journal.sqlite")).length, 1);
  });

  it("K7 fails, hangs or answers with garbage while transactions are on their way: no nonce is lost", async () => {
    const { send } = await open({ patience: { retryAfterMs: 20 } });
    const results = [];
    for (const [i, fault] of [
      { kind: "drop" },
      { kind: "hang" },
      { kind: "garbage", body: "<html>" },
      { kind: "status", status: 502 },
    ].entries()) {
      proxies[0].set(fault as never);
      results.push(await send({ key: `${i}`, ...count }));
    }

    assert.deepEqual(
      results.map(({ kind }) => kind),
      ["mined", "mined", "mined", "mined"],
    );
    assert.equal(await effects(), 4);
    assert.equal(await nonce(), 4);
  });

  it("K7 answers from the past: what is mined is neither sent again nor taken for somebody else's", async () => {
    const { send, status } = await open();
    await send({ key: "one", ...count });
    const { number } = await anvil.client.getBlock();
    for (const proxy of proxies) proxy.set({ kind: "stale", head: number });

    const results = Promise.all([send({ key: "two", ...count }), send({ key: "three", ...count })]);
    await until(async () => (await effects()) === 3, "both effects");
    for (const proxy of proxies) proxy.set({ kind: "none" });

    assert.deepEqual(
      (await results).map(({ kind }) => kind),
      ["mined", "mined"],
    );
    assert.equal(await nonce(), 3);
    assert.equal(status().foreignNonces, 0);
  });
});

describe("a key that is used elsewhere", () => {
  const sendElsewhere = async (at: number) => {
    const fees = { maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 1n };
    const call = { type: "eip1559", chainId: CHAIN, nonce: at, to: counter, gas: 100_000n, ...fees } as const;
    await anvil.client.sendRawTransaction({ serializedTransaction: await account.signTransaction(call) });
    await until(async () => (await nonce()) === at + 1, "the foreign transaction");
  };

  it("K9 is noticed at once when a nonce is gone, by the block's own word", async () => {
    const { send, status } = await open();
    await send({ key: "one", ...count });
    await sendElsewhere(1);

    const refused = await send({ key: "two", ...count });
    const again = await send({ key: "two", ...count });

    assert.equal(refused.kind === "rejected" && refused.error, "NonceForeign");
    assert.equal(again.kind, "mined");
    assert.equal(status().foreignNonces, 1);
  });

  it("K9 K14 is noticed at the next start when it happened in between: the chain's nonce is ahead of the journal", async () => {
    await (await open()).send({ key: "one", ...count });
    stop.abort();
    await sendElsewhere(1);
    await sendElsewhere(2);

    const { send, status } = await restart();
    const sent = await send({ key: "two", ...count });

    assert.equal(status().foreignNonces, 2);
    assert.equal(sent.kind, "mined");
    assert.equal(await nonce(), 4);
  });
});

describe("what a transaction costs", () => {
  it("K11 an estimate that satisfies only the catching caller is raised to what the caller knows is needed", async () => {
    const { send } = await open();

    await send({ key: "starved", to: catcher, data: "0x", gas: 26_000n });
    assert.equal(await effects(), 0, "the caller succeeds while its call has too little gas");
    await send({ key: "fed", to: catcher, data: "0x", leastGas: 120_000n });

    assert.equal(await effects(), 1);
    const { hash } = readJournal(join(folder, "journal.sqlite"))[1] ?? assert.fail();
    assert.ok((await anvil.client.getTransaction({ hash })).gas >= 120_000n);
  });

  it("K12 a balance that pays for fewer transactions than wanted is a sentence before it is a failure", async () => {
    await anvil.client.setBalance({ address: account.address, value: parseEther("0.01") });
    const { send, status } = await open({ reserveTransactions: 100n });

    const [sentence] = transactionFaults(status());
    const sent = await send({ key: "one", ...count });

    assert.match(
      sentence ?? "",
      /^The account 0x.* has 0\.01, less than the 0\.\d+ that 100 transactions may cost .*; send it some\.$/,
    );
    assert.equal(sent.kind, "mined");
  });

  it("K3 nothing new is sent while the base fee is above the cap, and everything after it has fallen", async () => {
    const { send, status } = await open({ maxFeePerGas: 2n * 10n ** 9n });
    await anvil.client.setNextBlockBaseFeePerGas({ baseFeePerGas: 50n * 10n ** 9n });
    await anvil.client.mine({ blocks: 1 });
    await until(() => status().feesCapped, "the spike");

    const capped = await send({ key: "one", ...count });
    assert.equal(capped.kind === "rejected" && capped.error, "FeesCapped");
    assert.match(transactionFaults(status()).join(), /A block costs more than the fee cap/);
    await anvil.client.setNextBlockBaseFeePerGas({ baseFeePerGas: 10n ** 9n });
    await anvil.client.mine({ blocks: 1 });
    await until(() => !status().feesCapped, "the end of the spike");

    assert.equal((await send({ key: "one", ...count })).kind, "mined");
    assert.equal(await nonce(), 1);
  });
});
