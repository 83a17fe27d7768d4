// Oracle nodes with real WebSockets, journals and chains in this process, for tests and the bench.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Candle } from "@aibot/kit/candles";
import { marketId } from "@aibot/kit/ids";
import type { Anvil } from "@aibot/kit/node/anvil";
import { startAnvil } from "@aibot/kit/node/anvil";
import { loadChains } from "@aibot/kit/node/chain";
import { createLog } from "@aibot/kit/node/log";
import { createTransactions } from "@aibot/kit/node/transactions";
import { keccak256, toHex } from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import { privateKeyToAccount } from "viem/accounts";
import { openChainView } from "./chain-view.ts";
import type { LocalMarket } from "./local-market.ts";
import { deployMarket, MARKET, PERIOD } from "./local-market.ts";
import { honestQuorum } from "./membership.ts";
import type { Peer } from "./mesh.ts";
import type { OracleNode } from "./node.ts";
import { startNode } from "./node.ts";
import { leastDeviation } from "./observe.ts";
import type { LocalExchange } from "./sources/local-exchange.ts";
import { startExchange } from "./sources/local-exchange.ts";
import { openSource } from "./sources/open.ts";
import type { NodeStatus } from "./status.ts";

const DAY = BigInt(PERIOD);
const FIRST_DAY = 19_676n; // 2023-11-15

const price = (day: bigint): bigint => 400_000_000_000n + day * 100_000_000n;

/** The candle of a day, counted from the seeded one, which is day 0. */
export const candleOf = (day: bigint): Candle => ({
  start: (FIRST_DAY + day) * DAY,
  end: (FIRST_DAY + day + 1n) * DAY,
  open: price(day),
  high: price(day) + 500_000_000n,
  low: price(day) - 500_000_000n,
  close: price(day) + 12_345n,
});

/** A bare chain whose clock stands at the end of day 0. */
export const startChain = (id: number): Promise<Anvil> =>
  startAnvil(["--timestamp", String(candleOf(0n).end), "--chain-id", String(id)]);

export const freePorts = async (count: number): Promise<number[]> => {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once("listening", resolve))));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
};

const PATIENCE_MS = 30_000; // generous: the machine may be busy with something else

export const until = async (what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await sleep(10);
  }
};

/**
 * What a node has refused of the others that an honest one never causes: messages cross each other, and on a machine
 * that is busy a handshake takes too long and is made again.
 */
export const unfairRefusals = ({ status }: OracleNode): NodeStatus["refusals"] =>
  status().refusals.filter(({ reason }) => !["stale", "hasty proposal", "silent"].includes(reason));

export type LocalNetworkParams = {
  name: string; // makes its keys
  nodes: number;
  anvils: Anvil[]; // of `startChain`; they stay the caller's
  takeoverMs: number;
};

export type NodeChange = { exchange?: LocalExchange; peers?: Peer[] };

export type LocalNetwork = {
  accounts: PrivateKeyAccount[];
  peers: Peer[];
  ports: number[];
  markets: LocalMarket[]; // one for each chain
  exchange: LocalExchange;
  running: Map<number, OracleNode>;
  start: (index: number, change?: NodeChange) => Promise<OracleNode>;
  /** Starts all of them and waits until each can reach every other one. */
  startAll: () => Promise<void>;
  stop: (index: number) => Promise<void>;
  /** Waits until every running node can reach every other one. */
  connected: () => Promise<void>;
  /** As a replay does it: first the chains' clocks, then the exchanges. */
  closeDay: (day: bigint, exchanges?: LocalExchange[]) => Promise<void>;
  /** Waits until a day's candle is on every chain, or on those given. */
  landed: (day: bigint, on?: LocalMarket[]) => Promise<void>;
  close: () => Promise<void>;
};

export const openLocalNetwork = async ({
  name,
  nodes,
  anvils,
  takeoverMs,
}: LocalNetworkParams): Promise<LocalNetwork> => {
  const folder = await mkdtemp(join(tmpdir(), "oracle-test-"));
  const log = createLog("test", process.env.LOG_LEVEL ?? "silent");
  const accounts = Array.from({ length: nodes }, (_, index) =>
    privateKeyToAccount(keccak256(toHex(`${name} ${index}`))),
  );
  const signers = accounts.map(({ address }) => address);
  const quorum = honestQuorum(nodes);
  const markets: LocalMarket[] = [];
  for (const anvil of anvils) markets.push(await deployMarket({ anvil, signers, quorum, seed: candleOf(0n) }));
  const settings = anvils.map(({ rpc, ws }, chain) => ({
    id: markets[chain]?.deployment.chainId ?? 0,
    rpc,
    ws,
    deployment: join(folder, `deployment-${chain}.json`),
  }));
  for (const [chain, { deployment }] of markets.entries()) {
    await writeFile(settings[chain]?.deployment ?? "", JSON.stringify(deployment));
  }
  const exchange = await startExchange({ price: candleOf(0n).close, time: candleOf(0n).end });
  exchange.close(candleOf(0n));
  const ports = await freePorts(nodes);
  const peers = signers.map((address, index) => ({ address, url: `ws://127.0.0.1:${ports[index]}` }));

  const running = new Map<number, OracleNode>();
  const controllers = new Map<number, AbortController>();

  const start = async (index: number, change: NodeChange = {}): Promise<OracleNode> => {
    const account = accounts[index];
    const port = ports[index];
    if (account === undefined || port === undefined) throw new Error(`there is no node ${index}`);
    const controller = new AbortController();
    const { signal } = controller;
    const chains = await Promise.all(
      (await loadChains(settings)).map(async (chain) => {
        const journalPath = join(folder, `journal-${index}-${chain.id}.sqlite`);
        return {
          view: await openChainView(chain, marketId(MARKET)),
          transactions: await createTransactions({ chain, account, journalPath, log, signal }),
        };
      }),
    );
    const node = await startNode({
      account,
      peers: change.peers ?? peers,
      port,
      period: PERIOD,
      rules: { heartbeat: DAY, deviationBps: leastDeviation(chains.map(({ view }) => view)) },
      spreadBps: 500n,
      graceMs: 5,
      takeoverMs,
      source: await openSource(`replay:${(change.exchange ?? exchange).url}`, PERIOD, signal),
      chains,
      log: log.child({ node: index }),
      signal,
    });
    running.set(index, node);
    controllers.set(index, controller);
    return node;
  };

  const stop = async (index: number): Promise<void> => {
    controllers.get(index)?.abort();
    await running.get(index)?.closed;
    running.delete(index);
  };

  const connected = (): Promise<void> =>
    until("all nodes know each other", () =>
      [...running.values()].every(({ status }) => {
        const reached = status().peers.filter(({ silentSince }) => silentSince === undefined);
        return reached.length >= running.size - 1;
      }),
    );

  return {
    accounts,
    peers,
    ports,
    markets,
    exchange,
    running,
    start,
    startAll: async () => {
      // One by one: they share a thread, and while one waits for its disk another one's requests would run out of time.
      for (const index of accounts.keys()) await start(index);
      await connected();
    },
    stop,
    connected,
    closeDay: async (day, exchanges = [exchange]) => {
      for (const market of markets) await market.advanceTo(candleOf(day).end);
      for (const each of exchanges) each.close(candleOf(day));
    },
    landed: async (day, on = markets) => {
      const { end } = candleOf(day);
      for (const market of on) {
        await until(`day ${day} is on the chain`, async () => (await market.reported()).candle.end === end);
      }
    },
    close: async () => {
      await Promise.all([...running.keys()].map(stop));
      await exchange.stop();
      await rm(folder, { recursive: true });
    },
  };
};
