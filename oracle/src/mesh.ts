// The network of the nodes: one authenticated WebSocket between any two of them. Both ends dial, since either may have
// just come back; of two connections `staysBeside` keeps one. What a member sends is handed on with its name.
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "@aibot/kit/node/log";
import type { Address, Hex, LocalAccount } from "viem";
import { WebSocket } from "ws";
import { createAllowance } from "./allowance.ts";
import type { HandshakeRefusal, Side } from "./handshake.ts";
import { shakeHands } from "./handshake.ts";
import type { Link } from "./links.ts";
import { createLinks } from "./links.ts";
import { listen } from "./listen.ts";
import type { Verify } from "./signatures.ts";
import { createTally, type Sender, type Tally } from "./tally.ts";
import { type Ending, openWire } from "./wire.ts";

export type Peer = { address: Address; url: string };

export type MeshParams = {
  account: Pick<LocalAccount, "address" | "sign">;
  network: Hex;
  verify: Verify;
  peers: Peer[]; // the other nodes
  port: number; // on the loopback interface; a proxy with TLS stands in front of it on other machines
  maxBytes: number;
  onMessage: (from: Address, text: string) => void;
  onPeer: (address: Address) => void; // a peer can be reached, for the first time or again
  log: Logger;
  signal: AbortSignal;
};

export type MeshRefusal = Exclude<HandshakeRefusal, "hung up"> | "silent" | "crowded" | "too long" | "flood";

/** `silentSince`: unix milliseconds; absent while the peer answers. */
export type PeerState = { address: Address; silentSince?: number };

export type Mesh = {
  broadcast: (text: string) => void;
  send: (to: Address, text: string) => void;
  connected: () => Address[];
  peers: () => PeerState[];
  refusals: Tally<MeshRefusal>;
  closed: Promise<void>; // after the signal
};

const FIRST_BACKOFF_MS = 50;
const LAST_BACKOFF_MS = 2_000;
const HANDSHAKE_MS = 2_000;
const GOODBYE_MS = 500;
const PING_MS = 5_000;
const SPARE_CONNECTIONS = 32; // for handshakes, beside one for each peer
const MAX_BUFFERED_BYTES = 1_048_576; // a peer that does not read is not written to
// Of one peer. A round takes fewer than ten messages of an honest one, and a replay has some ten rounds a second.
const MESSAGES = { perSecond: 200, burst: 400 };

// Close codes of the private range, for the other end to read.
const REFUSED = 4_401;
const DUPLICATE = 4_409;

/** Monotonic: a clock that is set does not make peers silent. */
const unixMs = (): number => performance.timeOrigin + performance.now();

export const openMesh = async (params: MeshParams): Promise<Mesh> => {
  const { account, network, verify, peers, port, maxBytes, onMessage, onPeer, log, signal } = params;
  const refusals = createTally<MeshRefusal>();
  const strangers = new Set<WebSocket>(); // accepted and not yet authenticated, the oldest first
  const heardAt = new Map<Address, number>(peers.map(({ address }) => [address, unixMs()])); // unix ms
  const allowances = new Map(peers.map(({ address }) => [address, createAllowance(MESSAGES)])); // outlive connections
  const links = createLinks(({ peer }) => {
    if (!signal.aborted) log.warn({ peer }, "peer lost");
  });

  /** Takes the socket down with this node, also when the signal has been given already. */
  const endWith = (socket: WebSocket): (() => void) => {
    const stop = (): void => socket.terminate();
    socket.on("error", () => {}); // "close" follows
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    return () => signal.removeEventListener("abort", stop);
  };

  const refuse = (socket: WebSocket, from: Sender, reason: MeshRefusal): void => {
    refusals.count(from, reason);
    log.debug({ from, reason }, "connection refused");
    dismiss(socket, REFUSED, reason);
  };

  const dismiss = (socket: WebSocket, code: number, reason: string): void => {
    socket.close(code, reason);
    // Whoever does not answer a goodbye must not keep the place.
    setTimeout(() => socket.terminate(), GOODBYE_MS).unref();
  };

  type Introduction = { socket: WebSocket; side: Side; expected: Address[]; presumed: Sender };

  /** Makes an open socket a link once the other end has proved who it is; resolves when the socket has closed. */
  const introduce = async ({ socket, side, expected, presumed }: Introduction): Promise<Ending> => {
    const wire = openWire(socket);
    const release = endWith(socket);
    const deadline = setTimeout(() => refuse(socket, presumed, "silent"), HANDSHAKE_MS);

    const result = await shakeHands({ side, account, network, expected, verify, wire });
    clearTimeout(deadline);
    strangers.delete(socket);
    if (result.kind === "authenticated") {
      const { peer } = result;
      const dialer = side === "dialer" ? account.address : peer;
      if (adopt({ peer, dialer, socket, closed: wire.closed })) wire.forward((text) => hear(peer, text));
    } else if (result.reason !== "hung up") refuse(socket, presumed, result.reason);

    const ending = await wire.closed;
    release();
    return ending;
  };

  const adopt = (link: Link): boolean => {
    const { isAdopted, replaced } = links.adopt(link);
    const { peer, socket } = link;
    if (!isAdopted) {
      dismiss(socket, DUPLICATE, "duplicate");
      return false;
    }
    if (replaced !== undefined) dismiss(replaced.socket, DUPLICATE, "duplicate");
    heardAt.set(peer, unixMs());
    socket.on("pong", () => heardAt.set(peer, unixMs()));
    socket.on("error", ({ code }: NodeJS.ErrnoException) => {
      if (code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") refusals.count(peer, "too long");
    });
    log.debug({ peer }, "peer connected");
    onPeer(peer);
    return true;
  };

  const hear = (peer: Address, text: string): void => {
    heardAt.set(peer, unixMs());
    if (allowances.get(peer)?.take(performance.now())) onMessage(peer, text);
    else refusals.count(peer, "flood");
  };

  /* CALLING */

  const dial = async ({ address, url }: Peer): Promise<Ending> => {
    const limits = { perMessageDeflate: false, maxPayload: maxBytes, handshakeTimeout: HANDSHAKE_MS };
    const socket = new WebSocket(url, limits);
    const release = endWith(socket);
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once("open", () => resolve(true));
      socket.once("error", () => resolve(false));
    });
    release();
    if (!isOpen) return { code: 0, reason: "not reached" };
    return introduce({ socket, side: "dialer", expected: [address], presumed: address });
  };

  const keepDialing = async (peer: Peer): Promise<void> => {
    const { address } = peer;
    let backoff = FIRST_BACKOFF_MS;
    let told: string | undefined;
    while (!signal.aborted) {
      await links.get(address)?.closed;
      if (signal.aborted) return;
      const before = heardAt.get(address);
      const { code, reason } = await dial(peer);
      if (code === REFUSED && reason !== told) log.warn({ peer: address, reason }, "peer refuses the connection");
      told = code === REFUSED ? reason : undefined;
      if (links.get(address) !== undefined) continue; // the peer's own call came first
      const wasLinked = heardAt.get(address) !== before;
      backoff = wasLinked ? FIRST_BACKOFF_MS : Math.min(2 * backoff, LAST_BACKOFF_MS);
      await sleep(backoff, undefined, { signal }).catch(() => {});
    }
  };

  /* LISTENING */

  const receive = (socket: WebSocket): void => {
    const [oldest] = strangers;
    if (strangers.size >= SPARE_CONNECTIONS && oldest !== undefined) {
      refuse(oldest, "unknown", "crowded"); // not the newest: an honest one takes milliseconds
      oldest.terminate();
      strangers.delete(oldest);
    }
    strangers.add(socket);
    const expected = peers.map(({ address }) => address);
    void introduce({ socket, side: "listener", expected, presumed: "unknown" });
  };

  const listener = await listen({
    port,
    maxBytes,
    handshakeMs: HANDSHAKE_MS,
    maxConnections: peers.length + 2 * SPARE_CONNECTIONS,
    onSocket: receive,
    onCrowded: () => refusals.count("unknown", "crowded"),
  });

  /** A connection whose other end has vanished without a word is found out by the second ping. */
  const pinging = setInterval(() => {
    for (const { peer, socket } of links.all()) {
      if (unixMs() - (heardAt.get(peer) ?? 0) > 2 * PING_MS) socket.terminate();
      else socket.ping();
    }
  }, PING_MS);

  const write = ({ socket }: Link, text: string): void => {
    if (socket.readyState === WebSocket.OPEN && socket.bufferedAmount < MAX_BUFFERED_BYTES) socket.send(text);
  };

  const connections = peers.map(keepDialing);
  const stopped = new Promise<void>((resolve) => {
    const stop = (): void => {
      clearInterval(pinging);
      void listener.close().then(resolve);
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  return {
    broadcast: (text) => {
      for (const link of links.all()) write(link, text);
    },
    send: (to, text) => {
      const link = links.get(to);
      if (link !== undefined) write(link, text);
    },
    connected: () => links.all().map(({ peer }) => peer),
    peers: () =>
      peers.map(({ address }) =>
        links.get(address) === undefined ? { address, silentSince: heardAt.get(address) ?? 0 } : { address },
      ),
    refusals,
    closed: Promise.all([stopped, ...connections]).then(() => {}),
  };
};
