import { setTimeout as sleep } from "node:timers/promises";
import { type Hex, hexToBigInt } from "viem";

const FIRST_RECONNECT_MS = 250;
const LAST_RECONNECT_MS = 15_000;
const POLL_MS = 1_000;
const HEARTBEAT_MS = 15_000;

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

type SocketParams = { url: string; emit: (raw: RawHead) => void; signal: AbortSignal };

const SUBSCRIBE = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_subscribe", params: ["newHeads"] });
const LATEST = JSON.stringify({ jsonrpc: "2.0", id: 2, method: "eth_getBlockByNumber", params: ["latest", false] });

/**
 * Follows one WebSocket subscription until it ends; true when it ever delivered. Asking for the latest head at every
 * heartbeat notices a dead peer and repairs what a subscription cannot tell: heads before it began, and a rollback.
 */
const followSocket = ({ url, emit, signal }: SocketParams): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = new WebSocket(url);
    let delivered = false;
    let heard = true;
    const ask = () => {
      if (!heard) return end();
      heard = false;
      if (socket.readyState === WebSocket.OPEN) socket.send(LATEST);
    };
    const heartbeat = setInterval(ask, HEARTBEAT_MS);
    const end = () => {
      clearInterval(heartbeat);
      signal.removeEventListener("abort", end);
      socket.onmessage = null;
      socket.close();
      resolve(delivered);
    };
    socket.onopen = () => {
      socket.send(SUBSCRIBE);
      ask();
    };
    socket.onmessage = ({ data }) => {
      heard = true;
      const message = JSON.parse(String(data)) as { id?: number; result?: RawHead; params?: { result: RawHead } };
      const raw = message.params?.result ?? (message.id === 2 ? message.result : undefined);
      if (raw == null) return;
      delivered = true;
      emit(raw);
    };
    socket.onclose = end;
    socket.onerror = end;
    signal.addEventListener("abort", end);
  });

type HeadsParams = {
  ws: string | undefined;
  /** Reads the latest head over HTTP; used while there is no WebSocket. */
  readLatest: () => Promise<RawHead>;
  pollMs?: number;
};

/**
 * New heads of one chain for any number of watchers over one WebSocket. A watcher is told the present head first,
 * every head at most once in a row, and only ever the newest: heads may be skipped, and repeat a height in a reorg.
 */
export const createHeads = ({ ws, readLatest, pollMs = POLL_MS }: HeadsParams): WatchHeads => {
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

  const follow = async (signal: AbortSignal) => {
    let reconnectMs = FIRST_RECONNECT_MS;
    while (!signal.aborted) {
      if (ws !== undefined && (await followSocket({ url: ws, emit, signal }))) reconnectMs = FIRST_RECONNECT_MS;
      if (!signal.aborted) await poll(ws === undefined ? Number.POSITIVE_INFINITY : reconnectMs, signal);
      reconnectMs = Math.min(reconnectMs * 2, LAST_RECONNECT_MS);
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
