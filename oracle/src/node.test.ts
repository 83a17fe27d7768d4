import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Candle } from "@aibot/kit/candles";
import { marketId } from "@aibot/kit/ids";
import type { Anvil } from "@aibot/kit/node/anvil";
import { startAnvil } from "@aibot/kit/node/anvil";
import { loadChains } from "@aibot/kit/node/chain";
import { createLog } from "@aibot/kit/node/log";
import { createTransactions } from "@aibot/kit/node/transactions";
import type { Hex } from "viem";
import { keccak256, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { openChainView } from "./chain-view.ts";
import type { LocalMarket } from "./local-market.ts";
import { deployMarket, MARKET, PERIOD } from "./local-market.ts";
import type { Peer } from "./mesh.ts";
import type { OracleNode } from "./node.ts";
import { startNode } from "./node.ts";
import { leastDeviation } from "./observe.ts";
import type { LocalExchange } from "./sources/local-exchange.ts";
import { startExchange } from "./sources/local-exchange.ts";
import { openSource } from "./sources/open.ts";

const DAY = BigInt(PERIOD);
const FIRST_DAY = 19_676n; // 2023-11-15
const TAKEOVER_MS = 250;
const log = createLog("test", process.env.LOG_LEVEL ?? "silent");

const price = (day: bigint): bigint => 400_000_000_000n + day * 100_000_000n;

/** The candle of a day, counted from the seeded one, which is day 0. */
const candle = (day: bigint): Candle => ({
  start: (FIRST_DAY + day) * DAY,
  end: (FIRST_DAY + day + 1n) * DAY,
  open: price(day),
  high: price(day) + 500_000_000n,
  low: price(day) - 500_000_000n,
  close: price(day) + 12_345n,
});

const accounts = [0, 1, 2, 3].map((index) => privateKeyToAccount(keccak256(toHex(`oracle test node ${index}`))));

const freePorts = async (count: number): Promise<number[]> => {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once("listening", resolve))));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
};

const until = async (what: string, isTrue: () => Promise<boolean>, limitMs = 8_000): Promise<void> => {
  const deadline = performance.now() + limitMs;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await sleep(10);
  }
};

type Running = { node: OracleNode; stop: () => Promise<void> };

describe("four oracle nodes over WebSockets with the real contracts", { timeout: 60_000 }, () => {
  let folder: string;
  let anvils: Anvil[];
  let markets: LocalMarket[];
  let market: LocalMarket;
  let exchange: LocalExchange;
  let peers: Peer[];
  let ports: number[];
  const running = new Map<number, Running>();

  const start = async (index: number): Promise<void> => {
    const account = accounts[index] ?? accounts[0];
    const port = ports[index];
    assert.ok(account !== undefined && port !== undefined);
    const controller = new AbortController();
    const { signal } = controller;
    const settings = anvils.map(({ rpc, ws }, chain) => ({
      id: 31_337 + chain,
      rpc,
      ws,
      deployment: join(folder, `deployment-${chain}.json`),
    }));
    const chains = await Promise.all(
      (await loadChains(settings)).map(async (chain) => ({
        view: await openChainView(chain, marketId(MARKET) as Hex),
        transactions: await createTransactions({
          chain,
          account,
          journalPath: join(folder, `journal-${index}-${chain.id}.sqlite`),
          log,
          signal,
        }),
      })),
    );
    const node = await startNode({
      account,
      peers,
      port,
      quorum: 3,
      period: PERIOD,
      rules: { heartbeat: DAY, deviationBps: leastDeviation(chains.map(({ view }) => view)) },
      spreadBps: 500n,
      graceMs: 5,
      takeoverMs: TAKEOVER_MS,
      source: await openSource(`replay:${exchange.url}`, PERIOD, signal),
      chains,
      log,
      signal,
    });
    const stop = async (): Promise<void> => {
      controller.abort();
      await node.closed;
      running.delete(index);
    };
    running.set(index, { node, stop });
  };

  const stop = async (index: number): Promise<void> => running.get(index)?.stop();

  const allConnected = (): Promise<void> =>
    until("all nodes know each other", async () =>
      [...running.values()].every(({ node }) => node.status().connected.length === running.size - 1),
    );

  /** As the replay does: first the chain's clock, then the exchange. */
  const closeDay = async (day: bigint): Promise<void> => {
    for (const each of markets) await each.advanceTo(candle(day).end);
    exchange.close(candle(day));
  };

  const landed = async (day: bigint, on = market): Promise<void> => {
    await until(`day ${day} is on the chain`, async () => (await on.reported()).candleEnd === candle(day).end);
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "oracle-test-"));
    const timestamp = ["--timestamp", String(candle(0n).end)];
    anvils = [await startAnvil(timestamp), await startAnvil([...timestamp, "--chain-id", "31338"])];
    const signers = accounts.map(({ address }) => address);
    markets = await Promise.all(anvils.map((anvil) => deployMarket({ anvil, signers, quorum: 3, seed: candle(0n) })));
    market = markets[0] as LocalMarket;
    for (const [chain, { deployment }] of markets.entries()) {
      await writeFile(join(folder, `deployment-${chain}.json`), JSON.stringify(deployment));
    }
    exchange = await startExchange({ price: candle(0n).close, time: candle(0n).end });
    exchange.close(candle(0n));
    ports = await freePorts(accounts.length);
    peers = accounts.map(({ address }, index) => ({ address, url: `ws://127.0.0.1:${ports[index]}` }));
    for (const index of accounts.keys()) await start(index);
    await allConnected();
  });

  after(async () => {
    await Promise.all([...running.values()].map((each) => each.stop()));
    await Promise.all([exchange.stop(), ...anvils.map((anvil) => anvil.stop())]);
    await rm(folder, { recursive: true });
  });

  it("report a closed candle and its price on every chain, each in one transaction", async () => {
    await closeDay(1n);
    for (const each of markets) {
      await landed(1n, each);
      const { close, price: reported, observedAt } = await each.reported();
      assert.deepEqual([close, reported, observedAt], [candle(1n).close, candle(1n).close, candle(1n).end]);
    }
    for (const each of markets) {
      const { candle: withCandle, price: withPrice } = await each.reportTransactions();
      assert.equal(withCandle.length, 1);
      assert.equal(withPrice.at(-1), withCandle[0]); // a market without any price got one at the start
    }
  });

  it("have PriceBook take a candle before they replace it", async () => {
    await closeDay(2n);
    for (const each of markets) await landed(2n, each);
    assert.deepEqual(await market.takenEnds(), [candle(1n).end]);
  });

  it("report every candle with one node stopped, whoever's turn it is", async () => {
    await stop(3);
    for (let day = 3n; day <= 6n; day += 1n) {
      await closeDay(day);
      for (const each of markets) await landed(day, each);
      await market.closeCandle();
    }
    assert.deepEqual(
      await market.takenEnds(),
      [1n, 2n, 3n, 4n, 5n, 6n].map((day) => candle(day).end),
    );
  });

  it("report nothing with two stopped, and after that lose no candle", async () => {
    await stop(2);
    for (let day = 7n; day <= 9n; day += 1n) await closeDay(day);
    await sleep(3 * TAKEOVER_MS);
    assert.equal((await market.reported()).candleEnd, candle(6n).end);

    await start(2);
    for (const each of markets) await landed(9n, each);
    const expected = [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n].map((day) => candle(day).end);
    assert.deepEqual(await market.takenEnds(), expected);
  });

  it("report a price alone when it has moved", async () => {
    await start(3);
    await allConnected();
    const time = candle(9n).end + 60n;
    const moved = (candle(9n).close * 102n) / 100n;
    for (const each of markets) await each.advanceTo(time);
    exchange.trade({ price: moved, time });
    exchange.dropEvents(); // after a lost connection they look again
    for (const each of markets) {
      await until("the price is on the chain", async () => (await each.reported()).price === moved);
      assert.equal((await each.reported()).observedAt, time);
    }
  });

  it("go on with one chain while the other does not answer", async () => {
    await anvils[1]?.stop();
    await closeDay10OnFirstChain();
    await landed(10n);
  });

  const closeDay10OnFirstChain = async (): Promise<void> => {
    await market.advanceTo(candle(10n).end);
    exchange.close(candle(10n));
  };

  it("refuse nothing of each other and read every message", () => {
    for (const { node } of running.values()) {
      const { refusals, malformed } = node.status();
      assert.equal(malformed, 0);
      for (const reason of [
        "equivocation",
        "malformed",
        "wrong outcome",
        "wrong signature",
        "contradiction",
      ] as const) {
        assert.equal(refusals.get(reason), undefined, reason);
      }
    }
  });
});
