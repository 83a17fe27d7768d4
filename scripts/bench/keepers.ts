// How long a keeper needs from its decision to the block, beside the same transaction sent by viem alone.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Anvil, startAnvil } from "@aibot/kit/node/anvil";
import type { Head } from "@aibot/kit/node/chain";
import { createHeads, type RawHead } from "@aibot/kit/node/heads";
import { createLog } from "@aibot/kit/node/log";
import { createMetrics } from "@aibot/kit/node/metrics";
import { runSchedules } from "@aibot/kit/node/simulation/run";
import { createTransactions } from "@aibot/kit/node/transactions";
import { createPublicClient, createWalletClient, http, type PublicClient, parseAbi, publicActions } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { startEngine } from "../../keepers/src/engine.ts";
import type { Strategy } from "../../keepers/src/strategy.ts";
import { median } from "../median.ts";
import { figure, type Line } from "./line.ts";

const WARM_UP = 20;
const ROUNDS = 100;
const SCHEDULES = 100;
const CHAIN = 31_337;

// With calldata it answers storage slot 0, without it adds one to it.
const COUNTER_CODE = "0x36600e57600054600101600055005b60005460005260206000f3";
const counter = "0x00000000000000000000000000000000000c0001";
const abi = parseAbi(["function count() view returns (uint256)"]);

const round = (value: number): number => Math.round(value * 100) / 100;

const fundedAccount = async (anvil: Anvil) => {
  const account = privateKeyToAccount(generatePrivateKey());
  await anvil.client.setBalance({ address: account.address, value: 10n ** 21n });
  return account;
};

/** Milliseconds from a decision to the receipt, journal, nonces and all. */
const measureKeeper = async (anvil: Anvil, folder: string): Promise<number[]> => {
  const stop = new AbortController();
  const { signal } = stop;
  const log = createLog("bench", "silent");
  const client = createPublicClient({ transport: http(anvil.rpc), cacheTime: 0 }) as PublicClient;
  const readLatest = () =>
    client.request({ method: "eth_getBlockByNumber", params: ["latest", false] }) as Promise<RawHead>;
  const chain = { id: CHAIN, client, watchHeads: createHeads({ ws: anvil.ws, readLatest }) };
  const account = await fundedAccount(anvil);
  const transactions = await createTransactions({
    ...{ chain, account, log, signal },
    journalPath: join(folder, "journal.sqlite"),
  });

  const times: number[] = [];
  let wanted = 0n;
  let decidedAt = 0;
  let done = Promise.withResolvers<void>();
  const strategy: Strategy = {
    name: "count",
    look: async (ask, _head: Head) => {
      const count = await ask.read({ address: counter, abi, functionName: "count" });
      if (count >= wanted) return [{ kind: "skip", name: "count", reason: "high enough" }];
      decidedAt = performance.now();
      return [{ kind: "act", action: { name: "count", key: `count ${count}`, to: counter, data: "0x", changes: [] } }];
    },
  };
  const send: typeof transactions.send = async (intent) => {
    const result = await transactions.send(intent);
    times.push(performance.now() - decidedAt);
    done.resolve();
    return result;
  };
  startEngine({
    chain,
    strategies: [strategy],
    transactions: { ...transactions, send },
    metrics: createMetrics(),
    log,
    signal,
  });
  for (let i = 0; i < WARM_UP + ROUNDS; i++) {
    done = Promise.withResolvers<void>();
    wanted += 1n;
    await anvil.client.mine({ blocks: 1 }); // the head at which the keeper finds the need
    await done.promise;
  }
  stop.abort();
  return times.slice(WARM_UP);
};

const measureViem = async (anvil: Anvil): Promise<number[]> => {
  const account = await fundedAccount(anvil);
  const transport = http(anvil.rpc);
  const client = createWalletClient({ account, transport, pollingInterval: 1, cacheTime: 0 }).extend(publicActions);
  const times: number[] = [];
  for (let i = 0; i < WARM_UP + ROUNDS; i++) {
    const startedAt = performance.now();
    const hash = await client.sendTransaction({ to: counter, chain: null });
    await client.waitForTransactionReceipt({ hash });
    times.push(performance.now() - startedAt);
  }
  return times.slice(WARM_UP);
};

/** Decisions mined by a real keeper, and randomised fault schedules (KEE-1) run through its transaction manager. */
export const measureKeepers = async (): Promise<Line[]> => {
  const folder = mkdtempSync(join(tmpdir(), "bench-keepers-"));
  const anvil = await startAnvil();
  try {
    await anvil.client.setCode({ address: counter, bytecode: COUNTER_CODE });
    const value = round(median(await measureKeeper(anvil, folder)));
    const peer = { name: "viem sendTransaction and receipt", value: round(median(await measureViem(anvil))) };
    const startedAt = performance.now();
    await runSchedules({ first: 1, count: SCHEDULES });
    const perSecond = Math.round((SCHEDULES * 1_000) / (performance.now() - startedAt));
    return [
      figure({ name: "keeper.decide_to_mined_ms", value, unit: "ms", peer }),
      figure({ name: "keeper.schedules_per_second", value: perSecond, unit: "per second" }),
    ];
  } finally {
    await anvil.stop();
    rmSync(folder, { recursive: true });
  }
};
