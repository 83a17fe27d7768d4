// The network of the nodes: a WebSocket each way between any two of them. Each node sends on the connections it opened
// and listens on those it accepted; who speaks is in the message, not in the connection.
import { setTimeout as sleep } from "node:timers/promises";
import { InputError } from "@aibot/kit/errors";
import type { Logger } from "@aibot/kit/node/log";
import type { Address } from "viem";
import { WebSocket, WebSocketServer } from "ws";

export type Peer = { address: Address; url: string };

export type MeshParams = {
  peers: Peer[]; // the other nodes
  port: number; // on the loopback interface; a proxy with TLS stands in front of it on other machines
  maxBytes: number;
  onMessage: (text: string) => void;
  onPeer: (address: Address) => void; // a peer can be reached, for the first time or again
  log: Logger;
  signal: AbortSignal;
};

export type Mesh = {
  broadcast: (text: string) => void;
  send: (to: Address, text: string) => void;
  connected: () => Address[];
  closed: Promise<void>; // after the signal
};

const FIRST_BACKOFF_MS = 50;
const LAST_BACKOFF_MS = 2_000;
const HANDSHAKE_MS = 2_000;
const CONNECTIONS_A_PEER = 4;
const MAX_BUFFERED_BYTES = 1_048_576; // a peer that does not read is not written to

export const openMesh = async (params: MeshParams): Promise<Mesh> => {
  const { peers, maxBytes, onPeer, log, signal } = params;
  const server = await listen(params);
  const sockets = new Map<Address, WebSocket>();

  const connect = async ({ address, url }: Peer): Promise<void> => {
    let backoff = FIRST_BACKOFF_MS;
    while (!signal.aborted) {
      const socket = new WebSocket(url, {
        perMessageDeflate: false,
        maxPayload: maxBytes,
        handshakeTimeout: HANDSHAKE_MS,
      });
      const closed = closing(socket);
      socket.once("open", () => {
        backoff = FIRST_BACKOFF_MS;
        sockets.set(address, socket);
        log.debug({ peer: address }, "peer connected");
        onPeer(address);
      });
      await closed;
      if (sockets.get(address) === socket) {
        sockets.delete(address);
        if (!signal.aborted) log.warn({ peer: address }, "peer lost");
      }
      await sleep(backoff, undefined, { signal }).catch(() => {});
      backoff = Math.min(2 * backoff, LAST_BACKOFF_MS);
    }
  };

  const closing = (socket: WebSocket): Promise<void> =>
    new Promise((resolve) => {
      const stop = (): void => socket.terminate();
      signal.addEventListener("abort", stop, { once: true });
      socket.once("error", () => {}); // "close" follows
      socket.once("close", () => {
        signal.removeEventListener("abort", stop);
        resolve();
      });
    });

  const write = (socket: WebSocket | undefined, text: string): void => {
    if (socket?.readyState === WebSocket.OPEN && socket.bufferedAmount < MAX_BUFFERED_BYTES) socket.send(text);
  };

  const connections = peers.map(connect);
  const stopped = new Promise<void>((resolve) => {
    const stop = (): void => {
      for (const socket of server.clients) socket.terminate();
      server.close(() => resolve());
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  return {
    broadcast: (text) => {
      for (const socket of sockets.values()) write(socket, text);
    },
    send: (to, text) => write(sockets.get(to), text),
    connected: () => [...sockets.keys()],
    closed: Promise.all([stopped, ...connections]).then(() => {}),
  };
};

const listen = async ({ port, peers, maxBytes, onMessage, log }: MeshParams): Promise<WebSocketServer> => {
  const server = new WebSocketServer({ host: "127.0.0.1", port, maxPayload: maxBytes, perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    server.once("listening", resolve);
    server.once("error", (error: NodeJS.ErrnoException) => {
      const busy = error.code === "EADDRINUSE";
      const remedy = busy
        ? "is in use: stop what uses it or choose another one"
        : `cannot be opened (${error.message})`;
      reject(new InputError(`LISTEN_PORT ${port} ${remedy}.`));
    });
  });
  server.on("connection", (socket) => {
    if (server.clients.size > CONNECTIONS_A_PEER * Math.max(peers.length, 1)) return socket.terminate();
    socket.on("message", (data, isBinary) => onMessage(isBinary ? "" : data.toString()));
    socket.on("error", (error) => log.debug({ reason: error.message }, "connection dropped")); // too long, or not WebSocket
  });
  return server;
};
