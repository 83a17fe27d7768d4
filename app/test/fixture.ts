// The indexer, the chain's node and the replay as the page meets them, on one loopback port.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import type { Config } from "../src/config.ts";
import { createFixtureChain, type FixtureChain, type Ledger } from "./fixture-chain.ts";
import { answerQuery, CHAIN, headOf, VAULT, type World } from "./fixture-graphql.ts";
import { answerNetworkQuery, answerNetworkRpc, createNetworkWorld, type NetworkWorld } from "./fixture-network.ts";
import { answerOwn } from "./fixture-own.ts";
import { answerSignalQuery } from "./fixture-signals.ts";
import { tellStory } from "./story.ts";

export type Fixture = {
  config: Config;
  world: World;
  network: NetworkWorld;
  ledger: Ledger;
  chain: FixtureChain;
  holds: Set<string>;
  announce: () => void; // the head, at once
  cut: (isCut: boolean) => void; // the line to the indexer
  close: () => Promise<void>;
};

const HEAD_MS = 400;
const KEY = `0x${"42".repeat(32)}` as const;

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "content-type",
  "access-control-allow-methods": "POST, DELETE",
  "access-control-max-age": "7200",
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
};

const configOf = (port: number): Config => {
  const origin = `http://127.0.0.1:${port}`;
  const address = (digit: string) => `0x${digit.repeat(40)}` as const;
  return {
    chains: [
      {
        id: CHAIN,
        rpc: `${origin}/rpc`,
        deployment: {
          chainId: CHAIN,
          startBlock: 0,
          contracts: {
            accessManager: address("1"),
            priceBook: address("2"),
            signedSource: address("3"),
            modelRegistry: address("4"),
            signalFeed: address("5"),
          },
          markets: [
            {
              id: "SPX/USD",
              label: "S&P 500",
              symbol: "SPX",
              period: 86_400,
              feed: "SPX/USD vol",
              origins: ["local replay of sp500-2000.csv"],
            },
          ],
          vaults: [
            {
              address: VAULT,
              mandate: address("6"),
              name: "Volatility-target SPX",
              symbol: "vtSPX",
              base: { token: address("7"), symbol: "USD", decimals: 6 },
              positions: [{ token: address("8"), symbol: "SPX", decimals: 18, market: "SPX/USD", feed: "SPX/USD vol" }],
            },
          ],
        },
      },
    ],
    graphql: `${origin}/graphql`,
    replay: origin,
    demoKey: KEY,
  };
};

type RpcRequest = { id: number; method: string; params?: readonly unknown[] };
type Answer = (method: string, params: readonly unknown[]) => Promise<unknown>;

const answerRpc = async (answer: Answer, { id, method, params = [] }: RpcRequest) => {
  try {
    return { jsonrpc: "2.0", id, result: await answer(method, params) };
  } catch (error) {
    const { code = -32000, data, message } = error as Error & { code?: number; data?: string };
    return { jsonrpc: "2.0", id, error: { code, message, data } };
  }
};

/** Announces the head on each subscription, over the graphql-transport-ws protocol; returns how to do it at once. */
const announceHeads = (sockets: WebSocketServer, world: World, headMs: number): (() => void) => {
  const listeners = new Set<() => void>();
  sockets.on("connection", (socket) => {
    let timer: ReturnType<typeof setInterval> | undefined;
    socket.on("message", (raw) => {
      const message = JSON.parse(String(raw)) as { type: string; id?: string };
      if (message.type === "ping") socket.send(JSON.stringify({ type: "pong" }));
      if (message.type === "connection_init") socket.send(JSON.stringify({ type: "connection_ack" }));
      if (message.type !== "subscribe") return;
      const announce = () =>
        socket.send(JSON.stringify({ type: "next", id: message.id, payload: { data: { heads: [headOf(world)] } } }));
      announce();
      listeners.add(announce);
      timer = setInterval(announce, headMs);
      socket.on("close", () => listeners.delete(announce));
    });
    socket.on("close", () => clearInterval(timer));
  });
  return () => {
    for (const announce of listeners) announce();
  };
};

type FixtureParams = { headMs?: number };

export const startFixture = async ({ headMs = HEAD_MS }: FixtureParams = {}): Promise<Fixture> => {
  const rounds = tellStory();
  const world: World = {
    rounds,
    head: 5141,
    halted: "None",
    isTampered: false,
    sinceClose: 42n,
    hasVaults: true,
    pausedUntil: 0n,
  };
  const network = await createNetworkWorld(world);
  const chain = createFixtureChain(world);
  const { ledger } = chain;
  const answer: Answer = async (method, params) => {
    const told = chain.answerMined(method, params) ?? answerNetworkRpc(world, network, method, params);
    return told === undefined ? chain.answer(method, params) : told;
  };
  const holds = new Set<string>();
  let isCut = false;

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://fixture");
    const body = await bodyOf(request);
    const json = (value: unknown) =>
      response.writeHead(200, { ...CORS, "content-type": "application/json" }).end(JSON.stringify(value));
    if (request.method === "OPTIONS") return void response.writeHead(204, CORS).end();
    if (url.pathname === "/hold") {
      if (request.method === "POST") holds.add((JSON.parse(body) as { id: string }).id);
      if (request.method === "DELETE") holds.delete(url.searchParams.get("id") ?? "");
      return void json({});
    }
    if (url.pathname === "/rpc") {
      if (network.isNodeDown) return void response.destroy();
      const asked = JSON.parse(body) as RpcRequest | RpcRequest[];
      const answers = [asked].flat().map((one) => answerRpc(answer, one));
      return void json(Array.isArray(asked) ? await Promise.all(answers) : await answers[0]);
    }
    if (isCut) return void request.socket.destroy();
    if (world.refusal !== undefined) return void json({ errors: [{ message: world.refusal }] });
    const { query, variables } = JSON.parse(body) as { query: string; variables?: object };
    const asked = variables ?? {};
    const data = query.startsWith("query Own")
      ? answerOwn(ledger)
      : (answerSignalQuery(world, query, asked) ??
        answerNetworkQuery(world, network, query, asked) ??
        answerQuery(world, query, asked));
    json({ data });
  };

  const server = createServer((request, response) => void respond(request, response));
  const sockets = new WebSocketServer({ server, path: "/graphql", verifyClient: () => !isCut });
  const announce = announceHeads(sockets, world, headMs);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    config: configOf((server.address() as AddressInfo).port),
    world,
    network,
    ledger,
    chain,
    holds,
    announce,
    cut: (value) => {
      isCut = value;
      if (isCut) for (const socket of sockets.clients) socket.terminate();
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
