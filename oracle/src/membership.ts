// Whose word counts. PEERS says who can be reached, the chains say who may sign; both may differ while signers are being
// replaced, and then only those count who are in both.
import type { Address } from "viem";

export type SignerSet = { chainId: number; signers: readonly Address[]; quorum: number };

export type Membership = {
  members: Address[]; // in the order of PEERS
  quorum: number;
};

/** Of n members, as many as may be absent, wrong or dishonest. */
export const mostFaulty = (members: number): number => Math.floor((members - 1) / 3);

/** Of n nodes with at most a third faulty, as many as are certainly there. */
export const honestQuorum = (nodes: number): number => nodes - mostFaulty(nodes);

/** One outcome is signed for all chains, so it takes signers of all of them, and as many as the strictest wants. */
export const findMembership = (peers: Address[], chains: SignerSet[]): Membership => {
  const members = peers.filter((peer) => chains.every(({ signers }) => signers.includes(peer)));
  return { members, quorum: Math.max(honestQuorum(members.length), ...chains.map(({ quorum }) => quorum)) };
};

export const equalMemberships = (a: Membership, b: Membership): boolean =>
  a.quorum === b.quorum &&
  a.members.length === b.members.length &&
  a.members.every((member) => b.members.includes(member));

/** The first chain that does not know `self` as a signer. */
export const findExclusion = (self: Address, chains: SignerSet[]): SignerSet | undefined =>
  chains.find(({ signers }) => !signers.includes(self));
