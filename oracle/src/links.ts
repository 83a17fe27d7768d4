// The connections that have been authenticated: one a member, whoever opened it.
import type { Address } from "viem";
import type { WebSocket } from "ws";

export type Link = {
  peer: Address;
  dialer: Address; // which of the two opened it
  socket: WebSocket;
  closed: Promise<unknown>;
};

/**
 * Which of two connections between the same two nodes stays: that of the lower address, so that both ends choose the
 * same one, and of two that one node opened the newer, since it would not open another while it has one.
 */
export const staysBeside = (existing: Pick<Link, "dialer">, next: Pick<Link, "dialer">): boolean =>
  existing.dialer !== next.dialer && BigInt(existing.dialer) < BigInt(next.dialer);

export type Links = {
  /** False: there is one that stays instead. Otherwise `replaced` is the one to close, if any. */
  adopt: (link: Link) => { isAdopted: boolean; replaced?: Link };
  get: (peer: Address) => Link | undefined;
  all: () => Link[];
};

export const createLinks = (onLost: (link: Link) => void): Links => {
  const links = new Map<Address, Link>();

  const watch = async (link: Link): Promise<void> => {
    await link.closed;
    if (links.get(link.peer) !== link) return; // replaced before
    links.delete(link.peer);
    onLost(link);
  };

  return {
    adopt: (link) => {
      const existing = links.get(link.peer);
      if (existing !== undefined && staysBeside(existing, link)) return { isAdopted: false };
      links.set(link.peer, link);
      void watch(link);
      return existing === undefined ? { isAdopted: true } : { isAdopted: true, replaced: existing };
    },
    get: (peer) => links.get(peer),
    all: () => [...links.values()],
  };
};
