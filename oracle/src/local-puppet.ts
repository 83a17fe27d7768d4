// A member that does what a test tells it to: it has a real key and a real place in the network, and no honesty.
import { marketId } from "@aibot/kit/ids";
import { createLog } from "@aibot/kit/node/log";
import type { Address, Hex } from "viem";
import type { Envelope, ReportSignatures } from "./agreement.ts";
import { MARKET } from "./local-market.ts";
import type { LocalNetwork } from "./local-network.ts";
import { openMesh } from "./mesh.ts";
import type { Body, Message } from "./message.ts";
import { createOpener, encodeBody, encodeEnvelope, envelopeHash, MAX_MESSAGE_BYTES, networkId } from "./message.ts";
import { createReports } from "./reports.ts";
import type { Observation } from "./round.ts";
import { createVerify } from "./signatures.ts";

export type Puppet = {
  address: Address;
  members: Address[];
  networkId: Hex;
  seal: (body: Body) => Promise<Envelope>;
  /** To one member, or to all. */
  send: (sealed: Envelope, to?: Address) => void;
  /** Sends a text as it is. */
  sendText: (text: string) => void;
  sign: (outcome: Observation) => Promise<ReportSignatures[]>;
  connected: () => Address[];
  stop: () => Promise<void>;
};

export type PuppetParams = {
  network: LocalNetwork;
  index: number; // whose key and port it takes
  behave: (message: Message, from: Address) => Promise<void>;
};

export const startPuppet = async ({ network, index, behave }: PuppetParams): Promise<Puppet> => {
  const { accounts, peers, ports, markets } = network;
  const account = accounts[index];
  if (account === undefined) throw new Error(`there is no node ${index}`);
  const members = peers.map(({ address }) => address);
  const market = marketId(MARKET);
  const id = networkId(market, members);
  const verify = createVerify();
  const open = createOpener({ network: id, members, verify });
  const targets = markets.map(({ deployment: { chainId, contracts } }) => ({
    chainId,
    signedSource: contracts.signedSource,
  }));
  const reports = createReports({ market, targets, account, verify });
  const controller = new AbortController();
  const mesh = await openMesh({
    account,
    network: id,
    verify,
    peers: peers.filter((_, peer) => peer !== index),
    port: ports[index] ?? 0,
    maxBytes: MAX_MESSAGE_BYTES,
    onMessage: (from, text) => {
      const opened = open(from, text);
      if (opened.kind === "message") void behave(opened.message, from);
    },
    onPeer: () => {},
    log: createLog("puppet", "silent"),
    signal: controller.signal,
  });
  return {
    address: account.address,
    members,
    networkId: id,
    seal: async (body) => {
      const text = encodeBody(body);
      return { from: account.address, signature: await account.sign({ hash: envelopeHash(id, text) }), body: text };
    },
    send: (sealed, to) => {
      const text = encodeEnvelope(sealed);
      if (to === undefined) mesh.broadcast(text);
      else mesh.send(to, text);
    },
    sendText: mesh.broadcast,
    sign: reports.sign,
    connected: mesh.connected,
    stop: () => {
      controller.abort();
      return mesh.closed;
    },
  };
};
