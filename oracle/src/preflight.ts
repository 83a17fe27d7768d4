// What must be right before a node starts, beside what `checkBalance` sees to. A fault is an `InputError` that says what to do.
import { mkdir } from "node:fs/promises";
import { InputError, rootMessage } from "@aibot/kit/errors";
import type { Chain } from "@aibot/kit/node/chain";
import type { Address } from "viem";
import type { Config } from "./config.ts";
import type { Membership, SignerSet } from "./membership.ts";
import { findExclusion, findMembership } from "./membership.ts";

export const checkIdentity = ({ PEERS, NODE_INDEX }: Config, address: string): void => {
  const listed = PEERS[NODE_INDEX]?.address;
  if (listed === undefined) {
    throw new InputError(
      `NODE_INDEX=${NODE_INDEX} is beyond the ${PEERS.length} nodes of PEERS: use 0 to ${PEERS.length - 1}.`,
    );
  }
  if (listed !== address) {
    throw new InputError(
      `PEERS lists ${listed} as node ${NODE_INDEX}, but PRIVATE_KEY belongs to ${address}: correct one of them.`,
    );
  }
};

export const openFolder = async (path: string): Promise<void> => {
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw new InputError(
      `STATE_DIR=${path} cannot be created (${rootMessage(error)}): name a folder that can be written.`,
    );
  });
};

export const findMarket = (chains: Chain[], wanted: string | undefined) => {
  const markets = chains[0]?.deployment.markets ?? [];
  const ids = markets.map(({ id }) => id).join(", ");
  const [only] = markets;
  const market = wanted === undefined && markets.length === 1 ? only : markets.find(({ id }) => id === wanted);
  if (market !== undefined) return market;
  throw new InputError(
    wanted === undefined
      ? `MARKET is not set, but the deployment has several markets (${ids}): name one of them.`
      : `MARKET=${wanted} is not in the deployment, which has ${ids}: name one of them.`,
  );
};

/**
 * Who counts at the start. This node must be a signer on every chain, and the members must be able to reach the quorum;
 * another of PEERS may be no signer (any more), since signers are replaced on the chains before nodes are restarted.
 */
export const checkMembership = (self: Address, peers: Address[], chains: SignerSet[]): Membership => {
  const exclusion = findExclusion(self, chains);
  if (exclusion !== undefined) {
    throw new InputError(
      `${self} is no signer of SignedSource on chain ${exclusion.chainId}: add it with setSigners, or stop this node.`,
    );
  }
  const membership = findMembership(peers, chains);
  const { members, quorum } = membership;
  if (quorum > members.length) {
    const strictest = chains.find((chain) => chain.quorum === quorum)?.chainId;
    throw new InputError(
      `SignedSource on chain ${strictest} wants ${quorum} signatures, but only ${members.length} of the ${peers.length} nodes of PEERS are signers: list all signers.`,
    );
  }
  return membership;
};
