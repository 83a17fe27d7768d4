// What one node says to the others: sealed on the way out, opened and attributed on the way in.
import type { Logger } from "@aibot/kit/node/log";
import type { Address, Hex } from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import type { Envelope } from "./agreement.ts";
import type { MeshRefusal, Peer, PeerState } from "./mesh.ts";
import { openMesh } from "./mesh.ts";
import type { Body, Message, MessageRefusal } from "./message.ts";
import { createOpener, encodeBody, encodeEnvelope, envelopeHash, MAX_MESSAGE_BYTES, networkId } from "./message.ts";
import type { Verify } from "./signatures.ts";
import { createTally, type Refused } from "./tally.ts";

export type PostParams = {
  account: PrivateKeyAccount;
  market: Hex;
  peers: Peer[]; // all nodes, this one included
  port: number;
  verify: Verify;
  onMessage: (message: Message) => void;
  /** What a peer should hear that can be reached for the first time or again. */
  greeting: () => Envelope[];
  log: Logger;
  signal: AbortSignal;
};

export type Post = {
  seal: (body: Body) => Promise<Envelope>;
  broadcast: (sealed: Envelope) => void;
  send: (to: Address, sealed: Envelope) => void;
  peers: () => PeerState[];
  refusals: () => Refused<MeshRefusal | MessageRefusal>[];
  closed: Promise<void>; // after the signal
};

export const openPost = async (params: PostParams): Promise<Post> => {
  const { account, market, peers, port, verify, onMessage, greeting, log, signal } = params;
  const members = peers.map(({ address }) => address);
  const network = networkId(market, members);
  const open = createOpener({ network, members, verify });
  const unread = createTally<MessageRefusal>();

  const mesh = await openMesh({
    account,
    network,
    verify,
    peers: peers.filter(({ address }) => address !== account.address),
    port,
    maxBytes: MAX_MESSAGE_BYTES,
    onMessage: (from, text) => {
      const opened = open(from, text);
      if (opened.kind === "message") onMessage(opened.message);
      else unread.count(from, opened.reason);
    },
    onPeer: (address) => {
      for (const sealed of greeting()) mesh.send(address, encodeEnvelope(sealed));
    },
    log,
    signal,
  });

  return {
    seal: async (body) => {
      const text = encodeBody(body);
      const signature = await account.sign({ hash: envelopeHash(network, text) });
      return { from: account.address, signature, body: text };
    },
    broadcast: (sealed) => mesh.broadcast(encodeEnvelope(sealed)),
    send: (to, sealed) => mesh.send(to, encodeEnvelope(sealed)),
    peers: mesh.peers,
    refusals: () => [...mesh.refusals.entries(), ...unread.entries()],
    closed: mesh.closed,
  };
};
