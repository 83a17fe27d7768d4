import { setTimeout as sleep } from "node:timers/promises";
import { type Hex, hexToBigInt } from "viem";

const FIRST_RECONNECT_MS = 250;
const LAST_RECONNECT_MS = 15_000;
const POLL_MS = 1_000;
const HEARTBEAT_MS = 5_000;

export type Head = { number: bigint; hash: Hex; parentHash: Hex; timestamp: bigint; baseFeePerGas: bigint };

export type RawHead = { number: Hex; hash: Hex; parentHash: Hex; timestamp: Hex; baseFeePerGas?: Hex };

export type WatchHeads = (onHead: (head: Head) => void, signal: AbortSignal) => void;

export const parseHead = (raw: RawHead): Head => ({
  number: hexToBigInt(raw.number),
  hash: raw.hash,
  parentHash: raw.parentHash,
  timestamp: hexToBigInt(raw.timestamp),
  baseFeePerGas: hexToBigInt(raw.baseFeePerGas ?? "0x0"),
});

/** Why a subscription ended. */
export type SocketEnd = "closed" | "silent" | "garbage" | "behind" | "wrong chain";

export type HeadsEvent = { kind: "subscribed"; url: string } | { kind: "lost"; url: string; reason: SocketEnd };

type SocketParams = {
  url: string;
  chainId: number | undefined;
  emit: (raw: RawHead) => void;
  readLatest: () => Promise<RawHead>;
  heartbeatMs: number;
  tell: (event: HeadsEvent) => void;
  signal: AbortSignal;
};

const call = (id: number, method: string, params: unknown[]) => JSON.stringify({ jsonrpc: "2.0", id, method, params });
const CHAIN_ID = call(1, "eth_chainId", []);
const SUBSCRIBE = call(2, "eth_subscribe", ["newHeads"]);
const LATEST = call(3, "eth_getBlockByNumber", ["latest", false]);

type Message = { id?: number; result?: unknown; params?: { result: RawHead } };

const parseMessage = (data: unknown): Message | undefined => {
  try {
    return JSON.parse(String(data)) as Message;
  } catch {
    return undefined;
  }
};

/**
 * Follows one WebSocket subscription until it ends; true when it ever delivered. Asking for the latest head at every
 * heartbeat notices a dead peer and repairs what a subscription cannot tell: heads before it began, and a rollback. A
 * node that has stopped importing looks alive here, so what HTTP knew one heartbeat ago is the least it must show.
 */
const followSocket = ({ url, chainId, emit, readLatest, heartbeatMs, tell, signal }: SocketParams): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = new WebSocket(url);
    let delivered = false;
    let heard = true;
    let highest = -1n;
    let known: bigint | undefined; // what HTTP showed at the last heartbeat

    const end = (reason?: SocketEnd) => {
      clearInterval(heartbeat);
      signal.removeEventListener("abort", abort);
      socket.onmessage = socket.onclose = socket.onerror = null;
      socket.close();
      if (reason !== undefined) tell({ kind: "lost", url, reason });
      resolve(delivered);
    };
    const abort = () => end();
    const beat = () => {
      if (!heard || !delivered) return end("silent");
      if (known !== undefined && highest < known) return end("behind");
      heard = false;
      socket.send(LATEST);
      const learn = ({ number }: RawHead) => {
        known = hexToBigInt(number);
      };
      readLatest().then(learn, () => {}); // nothing to compare with
    };
    const heartbeat = setInterval(beat, heartbeatMs);
    const take = (raw: RawHead) => {
      if (!delivered) tell({ kind: "subscribed", url });
      delivered = true;
      const number = hexToBigInt(raw.number);
      if (number > highest) highest = number;
      emit(raw);
    };

    socket.onopen = () => socket.send(CHAIN_ID);
    socket.onmessage = ({ data }) => {
      const message = parseMessage(data);
      if (message === undefined) return end("garbage");
      heard = true;
      if (message.id === 1) {
        if (chainId !== undefined && Number(message.result) !== chainId) return end("wrong chain");
        socket.send(SUBSCRIBE);
        socket.send(LATEST);
      }
      const raw = message.params?.result ?? (message.id === 3 ? (message.result as RawHead | undefined) : undefined);
      if (raw != null) take(raw);
    };
    socket.onclose = () => end("closed");
    socket.onerror = () => end("closed");
    signal.addEventListener("abort", abort);
  });

type HeadsParams = {
  ws: string | string[] | undefined; // several: the next when one fails
  /** Reads the latest head over HTTP; used while there is no WebSocket, and to tell one that stands still. */
  readLatest: () => Promise<RawHead>;
  chainId?: number; // given: a WebSocket of another chain is refused
  pollMs?: number;
  heartbeatMs?: number;
  tell?: (event: HeadsEvent) => void;
};

/**
 * New heads of one chain for any number of watchers over one WebSocket. A watcher is told the present head first,
 * every head at most once in a row, and only ever the newest: heads may be skipped, and repeat a height in a reorg.
 */
export const createHeads = (params: HeadsParams): WatchHeads => {
  const { readLatest, chainId, pollMs = POLL_MS, heartbeatMs = HEARTBEAT_MS, tell = () => {} } = params;
  const urls = [params.ws ?? []].flat();
  const watchers = new Set<(head: Head) => void>();
  let newest: Head | undefined;
  let controller: AbortController | undefined;

  const emit = (raw: RawHead) => {
    if (raw.hash === newest?.hash) return;
    newest = parseHead(raw);
    for (const watcher of watchers) watcher(newest);
  };

  const poll = async (forMs: number, signal: AbortSignal) => {
    const until = performance.now() + forMs;
    do {
      // A node that cannot be reached has no news; the next poll or the next connection brings it.
      const raw = await readLatest().catch(() => undefined);
      if (signal.aborted) return;
      if (raw !== undefined) emit(raw);
      await sleep(Math.min(pollMs, forMs), undefined, { signal }).catch(() => {});
    } while (!signal.aborted && performance.now() < until);
  };

  /** Each WebSocket in turn; after a round without success polling fills the pause. */
  const follow = async (signal: AbortSignal) => {
    let reconnectMs = FIRST_RECONNECT_MS;
    for (let turn = 0, failed = 0; !signal.aborted; turn += 1) {
      const url = urls[turn % urls.length];
      if (url === undefined) return poll(Number.POSITIVE_INFINITY, signal);
      const delivered = await followSocket({ url, chainId, emit, readLatest, heartbeatMs, tell, signal });
      if (delivered) [failed, reconnectMs] = [0, FIRST_RECONNECT_MS];
      failed += 1;
      if (failed < urls.length || signal.aborted) continue;
      await poll(reconnectMs, signal);
      [failed, reconnectMs] = [0, Math.min(reconnectMs * 2, LAST_RECONNECT_MS)];
    }
  };

  return (onHead, signal) => {
    if (signal.aborted) return;
    const watcher = (head: Head) => onHead(head);
    watchers.add(watcher);
    if (newest !== undefined) onHead(newest);
    if (controller === undefined) {
      controller = new AbortController();
      void follow(controller.signal);
    }
    const leave = () => {
      watchers.delete(watcher);
      if (watchers.size > 0) return;
      controller?.abort();
      controller = undefined;
      newest = undefined;
    };
    signal.addEventListener("abort", leave, { once: true });
  };
};
