// What must be right before a node starts. A fault is an `InputError` that says what to do.
import { mkdir } from "node:fs/promises";
import { InputError, rootMessage } from "@aibot/kit/errors";
import { signedSourceAbi } from "@aibot/kit/generated/abis";
import type { Chain } from "@aibot/kit/node/chain";
import type { Config } from "./config.ts";

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

/** Of n nodes with at most a third faulty, as many as are certainly there. */
export const honestQuorum = (nodes: number): number => nodes - Math.floor((nodes - 1) / 3);

/** The chain's quorum, once every node of PEERS is known to be a signer there. */
export const checkSigners = async ({ id, client, deployment }: Chain, { PEERS }: Config): Promise<number> => {
  const source = { address: deployment.contracts.signedSource, abi: signedSourceAbi } as const;
  const [signers, quorum] = await Promise.all([
    client.readContract({ ...source, functionName: "signers" }),
    client.readContract({ ...source, functionName: "quorum" }),
  ]);
  const stranger = PEERS.find(({ address }) => !signers.includes(address));
  if (stranger !== undefined) {
    throw new InputError(
      `PEERS lists ${stranger.address}, which is no signer of SignedSource at ${source.address} on chain ${id}: correct PEERS or add it with setSigners.`,
    );
  }
  if (quorum > PEERS.length) {
    throw new InputError(
      `SignedSource on chain ${id} wants ${quorum} signatures, but PEERS lists ${PEERS.length} nodes: list them all.`,
    );
  }
  return quorum;
};
