// A chain in memory that answers as a node does, so that a test can have thousands of blocks, any branch and any lie.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Hex, numberToHex, RpcRequestError } from "viem";
import { hexToNumber, keccak256 } from "viem/utils";
import type { RawHeader } from "../src/chain-reader.ts";
import type { Header } from "../src/follow.ts";
import type { Request } from "../src/rpc.ts";
import type { RawLog } from "../src/wanted.ts";
import type { Emission } from "./emissions.ts";

/** The transactions are there because other readers of chains insist on them. */
export type FakeBlock = { header: RawHeader & { transactions: Hex[] }; logs: RawLog[] };
type Filter = { blockHash?: Hex; fromBlock?: Hex; toBlock?: Hex; address?: string[]; topics?: [Hex[]] };

export type FakeChain = {
  blocks: FakeBlock[];
  request: Request;
  watchHeads: (onHead: (head: Header) => void, signal: AbortSignal) => void;
  /** Adds a block on top, of a second after `seconds` from the first on, or one second after the last. */
  mine(emissions: Emission[], seconds?: number): FakeBlock;
  /** Drops the last `depth` blocks; those that follow are others. */
  rollBack(depth: number): void;
  tip(): FakeBlock;
};

const sha = (text: string): Hex => `0x${createHash("sha256").update(text).digest("hex")}`;

const positions = new Map<Hex, number[]>();
const bloomPositions = (value: Hex): number[] => {
  let found = positions.get(value);
  if (found === undefined) {
    const hash = keccak256(value).slice(2);
    found = [0, 4, 8].map((k) => Number.parseInt(hash.slice(k, k + 4), 16) % 2_048);
    positions.set(value, found);
  }
  return found;
};

/** As the yellow paper has it: bit n counts from the end. */
const bloomOf = (emissions: Emission[]): Hex => {
  const set = emissions.flatMap(({ address, topics }) => [address, ...topics]).flatMap(bloomPositions);
  return numberToHex(
    [...new Set(set)].reduce((bloom, position) => bloom | (1n << BigInt(position)), 0n),
    { size: 256 },
  );
};

const refuse = (message: string): never => {
  throw new RpcRequestError({ body: {}, url: "fake", error: { code: -32_000, message } });
};

const isBetween = ({ header: { number } }: FakeBlock, from: Hex, to: Hex): boolean =>
  hexToNumber(number) >= hexToNumber(from) && hexToNumber(number) <= hexToNumber(to);

export const createFakeChain = (chainId: number): FakeChain => {
  const blocks: FakeBlock[] = [];
  const watchers = new Set<(head: Header) => void>();
  let mined = 0;

  const tip = (): FakeBlock => blocks.at(-1) as FakeBlock;

  const mine = (emissions: Emission[], seconds?: number): FakeBlock => {
    const before = blocks.at(-1)?.header;
    const height = blocks.length;
    const timestamp = seconds ?? (before === undefined ? 0 : hexToNumber(before.timestamp) + 1);
    const hash = sha(`${chainId} ${mined++}`);
    const header = {
      number: numberToHex(height),
      hash,
      parentHash: before?.hash ?? sha("nothing"),
      timestamp: numberToHex(timestamp),
      logsBloom: bloomOf(emissions),
      transactions: emissions.map((_, k) => sha(`${hash} ${k}`)),
    };
    const logs = emissions.map(({ address, topics, data }, k) => ({
      ...{ address, topics, data },
      ...{ blockNumber: header.number, blockHash: hash, blockTimestamp: header.timestamp },
      ...{ transactionHash: sha(`${hash} ${k}`), transactionIndex: numberToHex(k), logIndex: numberToHex(k) },
    }));
    const block = { header, logs };
    blocks.push(block);
    const head = { height, hash, parentHash: header.parentHash, timestamp: timestamp * 1_000 };
    for (const watcher of watchers) watcher(head);
    return block;
  };

  const byHash = (hash: unknown) => blocks.findLast(({ header }) => header.hash === hash);

  const logsOf = ({ blockHash, fromBlock, toBlock, address, topics: [topics] = [[]] }: Filter): RawLog[] => {
    const one = blockHash === undefined ? undefined : byHash(blockHash);
    if (blockHash !== undefined && one === undefined) return refuse("unknown block");
    const within =
      one === undefined ? blocks.filter((block) => isBetween(block, fromBlock as Hex, toBlock as Hex)) : [one];
    return within
      .flatMap(({ logs }) => logs)
      .filter((log) => address?.includes(log.address) ?? true)
      .filter((log) => topics.length === 0 || topics.includes(log.topics[0] as Hex));
  };

  const request: Request = async ({ method, params: [first] }) => {
    switch (method) {
      case "eth_chainId":
        return numberToHex(chainId);
      case "eth_getCode":
        return "0x01";
      case "eth_blockNumber":
        return tip().header.number;
      case "eth_getBlockByNumber":
        return (first === "latest" ? tip() : blocks[hexToNumber(first as Hex)])?.header ?? null;
      case "eth_getBlockByHash":
        return byHash(first)?.header ?? null;
      case "eth_getLogs":
        return logsOf(first as Filter);
      case "eth_getBlockReceipts":
        return byHash(first)?.logs.map((log) => ({ logs: [log] })) ?? null;
      default:
        return refuse(`${method} is unknown`);
    }
  };

  return {
    blocks,
    request,
    watchHeads(onHead, signal) {
      watchers.add(onHead);
      signal.addEventListener("abort", () => watchers.delete(onHead), { once: true });
    },
    mine,
    rollBack: (depth) => void blocks.splice(blocks.length - depth),
    tip,
  };
};

/** Asks a node at `url`, one question a request. */
export const askOverHttp = async (url: string, question: { method: string; params: unknown[] }): Promise<unknown> => {
  const response = await fetch(url, { method: "POST", body: JSON.stringify({ id: 1, ...question }) });
  const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } };
  return error === undefined ? result : refuse(error.message);
};

type Question = { id: number; method: string; params?: unknown[] };

/** Serves `request` as a node does over HTTP; a refusal is an error of the node. */
export const serveRpc = async (request: Request): Promise<{ url: string; close(): void }> => {
  const answer = async ({ id, method, params }: Question) => {
    try {
      return { jsonrpc: "2.0", id, result: await request({ method, params: params ?? [] }) };
    } catch (error) {
      return { jsonrpc: "2.0", id, error: { code: -32_000, message: (error as Error).message } };
    }
  };
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const question = JSON.parse(Buffer.concat(chunks).toString());
    const body = Array.isArray(question) ? await Promise.all(question.map(answer)) : await answer(question);
    response.setHeader("content-type", "application/json").end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
