import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  type Address,
  createPublicClient,
  encodeErrorResult,
  type Hex,
  hexToBigInt,
  http,
  type PublicClient,
  parseTransaction,
  type TransactionSerializedEIP1559,
} from "viem";
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { priceBookAbi } from "../generated/abis.ts";
import { type Anvil, startAnvil } from "./anvil.ts";
import { createHeads, type RawHead } from "./heads.ts";
import { createLog } from "./log.ts";
import { createTransactions, readJournal, type Transactions, type TransactionsParams } from "./transactions.ts";

const log = createLog("test", "silent");

/** Adds one to storage slot 0: PUSH1 0 SLOAD PUSH1 1 ADD PUSH1 0 SSTORE STOP. */
const COUNTER_CODE = "0x60005460010160005500";
/** Reverts with its calldata: CALLDATASIZE PUSH1 0 PUSH1 0 CALLDATACOPY CALLDATASIZE PUSH1 0 REVERT. */
const REVERTER_CODE = "0x366000600037366000fd";
const counter: Address = "0x00000000000000000000000000000000000c0001";
const reverter: Address = "0x00000000000000000000000000000000000c0002";
const count = { to: counter, data: "0x" } as const;

let anvil: Anvil;
let folder: string;
let journalPath: string;
let key: Hex;
let account: PrivateKeyAccount;
let stop: AbortController;

before(async () => {
  anvil = await startAnvil();
});
after(() => anvil.stop());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "transactions-"));
  journalPath = join(folder, "journal.sqlite");
  key = generatePrivateKey();
  account = privateKeyToAccount(key);
  stop = new AbortController();
  await anvil.client.setAutomine(true);
  await anvil.client.setBalance({ address: account.address, value: 10n ** 20n });
  await anvil.client.setCode({ address: counter, bytecode: COUNTER_CODE });
  await anvil.client.setCode({ address: reverter, bytecode: REVERTER_CODE });
  await anvil.client.setStorageAt({ address: counter, index: 0, value: `0x${"0".repeat(64)}` });
});
afterEach(() => {
  stop.abort();
  rmSync(folder, { recursive: true });
});

const chainAt = (rpc: string): TransactionsParams["chain"] => {
  const client = createPublicClient({ transport: http(rpc) }) as PublicClient;
  const readLatest = () =>
    client.request({ method: "eth_getBlockByNumber", params: ["latest", false] }) as Promise<RawHead>;
  return { id: 31337, client, watchHeads: createHeads({ ws: anvil.ws, readLatest }) };
};

const open = (params: Partial<TransactionsParams> = {}): Promise<Transactions> =>
  createTransactions({ chain: chainAt(anvil.rpc), account, journalPath, log, signal: stop.signal, ...params });

const restart = (params: Partial<TransactionsParams> = {}): Promise<Transactions> => {
  stop.abort();
  stop = new AbortController();
  return open(params);
};

const effects = async (): Promise<number> =>
  Number(hexToBigInt((await anvil.client.getStorageAt({ address: counter, slot: "0x0" })) ?? "0x0"));
const nonce = () => anvil.client.getTransactionCount({ address: account.address });
const signedTransactions = () => {
  const database = new DatabaseSync(journalPath, { readOnly: true });
  const rows = database.prepare("select raw from attempts order by rowid").all() as {
    raw: TransactionSerializedEIP1559;
  }[];
  database.close();
  return rows.map(({ raw }) => parseTransaction(raw));
};
const poolSize = async () => Number((await anvil.client.getTxpoolStatus()).pending);

const until = async (condition: () => Promise<boolean> | boolean, what: string): Promise<void> => {
  for (let i = 0; i < 400; i++) {
    if (await condition()) return;
    await sleep(10);
  }
  assert.fail(`${what} did not happen`);
};

describe("send", () => {
  it("mines an intent and answers with its block", async () => {
    const { send } = await open();

    const result = await send({ key: "one", ...count });

    assert.equal(result.kind, "mined");
    assert.equal(result.kind === "mined" && result.status, "success");
    assert.equal(await effects(), 1);
    assert.deepEqual(
      readJournal(journalPath).map(({ key, status }) => ({ key, status })),
      [{ key: "one", status: "success" }],
    );
  });

  it("KEE-1 sends a key once: while it is pending, after it succeeded, and after a restart", async () => {
    const first = await open();
    const together = await Promise.all([1, 2, 3].map(() => first.send({ key: "one", ...count })));
    const again = await first.send({ key: "one", ...count });
    const second = await restart();
    const restarted = await second.send({ key: "one", ...count });

    assert.deepEqual(
      together.map(({ kind }) => kind),
      ["mined", "mined", "mined"],
    );
    assert.deepEqual([again.kind, restarted.kind], ["done", "done"]);
    assert.equal(await effects(), 1);
  });

  it("keeps the order of the calls, nonces consecutive, several in flight", async () => {
    const { send } = await open();

    const results = await Promise.all([1, 2, 3, 4, 5].map((i) => send({ key: `${i}`, ...count })));

    assert.ok(results.every(({ kind }) => kind === "mined"));
    assert.equal(await nonce(), 5);
    const nonces = await Promise.all(
      readJournal(journalPath).map(async ({ key, hash }) => [key, (await anvil.client.getTransaction({ hash })).nonce]),
    );
    assert.deepEqual(nonces, [
      ["1", 0],
      ["2", 1],
      ["3", 2],
      ["4", 3],
      ["5", 4],
    ]);
  });

  it("rejects what would revert, with the error decoded, and writes nothing down", async () => {
    const { send } = await open();
    const args = [`0x${"11".repeat(32)}`, 7n, 5n] as const;
    const data = encodeErrorResult({ abi: priceBookAbi, errorName: "PriceTooOld", args });

    const result = await send({ key: "one", to: reverter, data });

    assert.ok(result.kind === "rejected");
    assert.equal(result.error, "PriceTooOld");
    assert.match(result.reason, /^PriceTooOld\(market: 0x11.*, updatedAt: 7, maxAge: 5\)$/);
    assert.deepEqual(readJournal(journalPath), []);
    assert.equal(await nonce(), 0);
  });

  it("goes on after a rejected intent without a gap", async () => {
    const { send } = await open();

    const [refused, sent] = await Promise.all([
      send({ key: "bad", to: reverter, data: "0x01020304" }),
      send({ key: "good", ...count }),
    ]);

    assert.deepEqual([refused.kind, sent.kind], ["rejected", "mined"]);
    assert.equal(await nonce(), 1);
  });

  it("may send a key again when its transaction was mined but reverted", async () => {
    const { send } = await open();

    const reverted = await send({ key: "one", to: reverter, data: "0x01", gas: 100_000n });
    const again = await send({ key: "one", ...count });

    assert.equal(reverted.kind === "mined" && reverted.status, "reverted");
    assert.equal(again.kind === "mined" && again.status, "success");
    assert.deepEqual(
      readJournal(journalPath).map(({ status }) => status),
      ["reverted", "success"],
    );
  });

  it("refuses to start without funds, with a journal in use, or with another account's", async () => {
    await open();
    const poor = privateKeyToAccount(generatePrivateKey());

    await assert.rejects(
      open({ account: poor, journalPath: join(folder, "poor.sqlite") }),
      /has no funds on chain 31337/,
    );
    await assert.rejects(open(), /in use by another process/);
    stop.abort();
    stop = new AbortController();
    const other = privateKeyToAccount(generatePrivateKey());
    await anvil.client.setBalance({ address: other.address, value: 1n });
    await assert.rejects(open({ account: other }), /belongs to 0x/);
  });
});

describe("KEE-1 a kill at any step neither loses an intent nor sends it twice", () => {
  const child = fileURLToPath(new URL("./transactions.child.ts", import.meta.url));
  const runChild = (dieAt: string, intents: object[]) =>
    new Promise<{ signal: string | null; output: string }>((resolve) => {
      const task = JSON.stringify({ rpc: anvil.rpc, ws: anvil.ws, journalPath, key, dieAt, intents });
      const spawned = spawn(process.execPath, [child, task], { stdio: ["ignore", "pipe", "inherit"] });
      let output = "";
      spawned.stdout.on("data", (chunk) => {
        output += chunk;
      });
      spawned.once("exit", (_, signal) => resolve({ signal, output }));
    });
  const steps = [
    "intent recorded",
    "transaction signed",
    "node answered",
    "transaction broadcast",
    "transaction mined",
  ];

  for (const step of steps) {
    it(`when killed at "${step}", with one intent`, async () => {
      const { signal } = await runChild(step, [{ key: "one", ...count }]);
      // The block may come before the node's answer to the broadcast; then nothing is left to be killed at.
      assert.ok(signal === "SIGKILL" || step === "transaction broadcast");

      const { send } = await open();
      const result = await send({ key: "one", ...count });

      assert.ok(result.kind === "mined" || result.kind === "done");
      assert.equal(await effects(), 1);
      assert.equal(await nonce(), 1);
    });

    it(`when killed at "${step}", with three in flight and no caller coming back`, async () => {
      const intents = ["one", "two", "three"].map((key) => ({ key, ...count, gas: "0x186a0" }));
      await runChild(
        step,
        intents.map(({ gas, ...intent }) => intent),
      );
      const recorded = new Set(readJournal(journalPath).map(({ key }) => key));

      const { status } = await open();
      await until(() => status().pending === 0, "the resumed transactions' end");
      await sleep(50);

      const after = await effects();
      assert.ok(after >= recorded.size && after <= 3, `${after} effects of ${recorded.size} signed intents`);
      assert.equal(await nonce(), after);
    });
  }

  it("after five kills in a row, a different step each", async () => {
    for (const step of steps)
      await runChild(step, [
        { key: step, ...count },
        { key: "shared", ...count },
      ]);

    const { send } = await open();
    await Promise.all(["shared", ...steps].map((key) => send({ key, ...count })));

    assert.equal(await effects(), steps.length + 1);
    assert.equal(await nonce(), steps.length + 1);
  });
});

describe("a transaction that is not mined", () => {
  const patience = { rebroadcastAfterMs: 100, replaceAfterMs: 60_000, retryAfterMs: 50 };

  it("goes out again with the same bytes when the node has dropped it", async () => {
    await anvil.client.setAutomine(false);
    const { send } = await open({ patience });
    const result = send({ key: "one", ...count });
    await until(async () => (await poolSize()) === 1, "the first broadcast");
    const [line] = readJournal(journalPath);
    await anvil.client.dropTransaction({ hash: line?.hash as Hex });

    await until(async () => (await poolSize()) === 1, "the second broadcast");
    await anvil.client.mine({ blocks: 1 });

    const { kind, ...rest } = await result;
    assert.equal(kind, "mined");
    assert.equal("hash" in rest && rest.hash, line?.hash);
    assert.equal(readJournal(journalPath).length, 1);
  });

  it("is replaced at the same nonce with both fees an eighth higher, every attempt kept", async () => {
    await anvil.client.setAutomine(false);
    const { send } = await open({ patience: { ...patience, replaceAfterMs: 150 } });
    const result = send({ key: "one", ...count });
    await until(() => readJournal(journalPath).length >= 3, "two replacements");
    await anvil.client.mine({ blocks: 1 });
    await result;

    const signed = signedTransactions();
    for (const [i, { nonce, maxFeePerGas = 0n, maxPriorityFeePerGas = 0n }] of signed.entries()) {
      const previous = signed[i - 1];
      assert.equal(nonce, signed[0]?.nonce);
      assert.ok(maxFeePerGas * 1_000n > (previous?.maxFeePerGas ?? 0n) * 1_125n);
      assert.ok(maxPriorityFeePerGas * 1_000n > (previous?.maxPriorityFeePerGas ?? 0n) * 1_125n);
    }
    assert.equal(await effects(), 1);
    const statuses = readJournal(journalPath).map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === "success").length, 1);
    assert.equal(statuses.filter((status) => status === "replaced").length, statuses.length - 1);
  });

  it("stays in the pool at the fee cap instead of paying more", async () => {
    await anvil.client.setAutomine(false);
    const baseFee = (await anvil.client.getBlock()).baseFeePerGas ?? 0n;
    const { send } = await open({
      patience: { ...patience, replaceAfterMs: 50 },
      maxFeePerGas: 2n * baseFee + 10n ** 9n,
    });
    const result = send({ key: "one", ...count });
    await sleep(600);

    assert.equal(readJournal(journalPath).length, 1);
    await anvil.client.mine({ blocks: 1 });
    assert.equal((await result).kind, "mined");
  });

  it("is rejected when somebody else with the key has used its nonce, and the next one succeeds", async () => {
    const { send } = await open({ patience: { ...patience, foreignAfterMs: 60_000 } });
    const request = await account.signTransaction({
      ...{ type: "eip1559", chainId: 31337, nonce: 0, to: counter, gas: 100_000n },
      ...{ maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 1n },
    });
    await anvil.client.sendRawTransaction({ serializedTransaction: request });
    await until(async () => (await nonce()) === 1, "the foreign transaction");

    const refused = await send({ key: "one", ...count });
    const sent = await send({ key: "one", ...count });

    assert.equal(refused.kind === "rejected" && refused.error, "NonceForeign");
    assert.equal(sent.kind, "mined");
    assert.equal(await effects(), 2);
  });
});

describe("a reorganisation", () => {
  it("brings a transaction back into a block", async () => {
    await anvil.client.mine({ blocks: 2 }); // the account's funds must survive it
    const { send, status } = await open();
    const sent = await send({ key: "one", ...count });
    const hash = sent.kind === "mined" ? sent.hash : "0x";
    const blockHash = async () =>
      (await anvil.client.getTransactionReceipt({ hash }).catch(() => undefined))?.blockHash;
    const orphaned = await blockHash();

    await anvil.client.request({ method: "anvil_reorg", params: [2, []] } as never);
    await until(async () => ![undefined, orphaned].includes(await blockHash()), "the revived transaction's block");
    await until(() => status().pending === 0, "its receipt");

    assert.equal(await effects(), 1);
    assert.equal(await nonce(), 1);
    assert.equal((await send({ key: "one", ...count })).kind, "done");
  });

  it("while stopped is noticed at the next start", async () => {
    const snapshot = await anvil.client.snapshot();
    await (await open()).send({ key: "one", ...count });
    stop.abort();
    await anvil.client.revert({ id: snapshot });
    assert.equal(await effects(), 0);

    const { send } = await restart();
    await send({ key: "one", ...count });

    assert.equal(await effects(), 1);
    assert.equal(await nonce(), 1);
  });

  it("does not revive a reverted transaction whose key was sent again: KEE-1", async () => {
    const snapshot = await anvil.client.snapshot();
    const first = await open();
    await first.send({ key: "one", to: reverter, data: "0x01", gas: 100_000n });
    await first.send({ key: "one", ...count });
    stop.abort();
    await anvil.client.revert({ id: snapshot });
    await anvil.client.setCode({ address: reverter, bytecode: COUNTER_CODE });

    const { send } = await restart();
    await send({ key: "one", ...count });

    assert.equal(await effects(), 1);
    assert.equal(hexToBigInt((await anvil.client.getStorageAt({ address: reverter, slot: "0x0" })) ?? "0x0"), 0n);
    assert.equal(await nonce(), 2);
  });

  it("below final blocks is a chain set back: its keys are free again", async () => {
    const snapshot = await anvil.client.snapshot();
    const first = await open({ finalityBlocks: 2n });
    await first.send({ key: "old", ...count });
    await anvil.client.mine({ blocks: 20 });
    await first.send({ key: "new", ...count });
    const database = new DatabaseSync(journalPath, { readOnly: true });
    const stateOfOld = database.prepare("select state from intents where key = 'old'");
    await until(() => stateOfOld.get()?.state === "final", "the old transaction's finality");
    database.close();
    stop.abort();
    await anvil.client.revert({ id: snapshot });

    const { send } = await restart({ finalityBlocks: 2n, patience: { setBackAfterMs: 200 } });
    const statuses = readJournal(journalPath).map(({ status }) => status);
    const again = await send({ key: "new", ...count });

    assert.deepEqual(statuses, ["rolledBack", "rolledBack"]);
    assert.equal(again.kind, "mined");
    assert.equal(await effects(), 1);
  });
});

describe("a node that cannot be reached", () => {
  let proxy: Server;
  let reachable = true;

  before(async () => {
    proxy = createServer(async (request, response) => {
      if (!reachable) return void request.socket.destroy();
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const answer = await fetch(anvil.rpc, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: Buffer.concat(chunks),
      });
      if (!reachable) return void request.socket.destroy();
      response.writeHead(200, { "content-type": "application/json" }).end(await answer.text());
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  });
  after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });

  it("delays an intent without losing its nonce", async () => {
    const chain = chainAt(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
    const { send } = await open({ chain, patience: { retryAfterMs: 50 } });
    await send({ key: "one", ...count });

    reachable = false;
    const simulated = send({ key: "two", ...count });
    const signed = send({ key: "three", ...count, gas: 100_000n });
    await sleep(300);
    reachable = true;
    const results = await Promise.all([simulated, signed]);

    assert.deepEqual(
      results.map(({ kind }) => kind),
      ["mined", "mined"],
    );
    assert.equal(await effects(), 3);
    assert.equal(await nonce(), 3);
  });
});
