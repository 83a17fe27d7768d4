// What a node tells about itself on /health and /metrics.
import type { Metrics } from "@aibot/kit/node/metrics";
import type { Health } from "@aibot/kit/node/service";
import type { Address } from "viem";
import type { Refusal } from "./agreement.ts";
import type { SourceState } from "./lookout.ts";
import type { Membership } from "./membership.ts";
import type { MeshRefusal, PeerState } from "./mesh.ts";
import type { MessageRefusal } from "./message.ts";
import type { RoundKey } from "./round.ts";
import type { Refused } from "./tally.ts";

/** The newest round that this node has signed, and whether it gathered the other signatures. */
export type AgreedRound = { round: RoundKey; role: "leader" | "signer"; at: number }; // unix ms

export type NodeStatus = Membership & {
  self: Address;
  peers: PeerState[];
  openRounds: RoundKey[];
  agreed: { candle?: AgreedRound; price?: AgreedRound };
  refusals: Refused<MeshRefusal | MessageRefusal | Refusal>[];
  source: SourceState & { name: string; chainTime: bigint }; // unix seconds, by the newest block
  transmissions: { succeeded: number; rejected: number };
};

const SOURCE_PATIENCE_MS = 60_000;

const iso = (unixMs: number): string => new Date(unixMs).toISOString();

const isSilent = (peer: PeerState): peer is Required<PeerState> => peer.silentSince !== undefined;

/** How far the exchange's clock is behind the chains'; 0 while one of them is unknown. */
const lagSeconds = ({ chainTime, ticker }: NodeStatus["source"]): number =>
  ticker === undefined || chainTime < ticker.time ? 0 : Number(chainTime - ticker.time);

export const describeHealth = (status: NodeStatus, now: number): Health => {
  const { members, quorum, peers, agreed, source, openRounds } = status;
  const at = (round: AgreedRound | undefined) => round && { ...round, at: iso(round.at) };
  return {
    reasons: [...networkFaults(status), ...sourceFaults(source, now)],
    quorum,
    members: members.length,
    peers: peers.map((peer) => (isSilent(peer) ? { ...peer, silentSince: iso(peer.silentSince) } : peer)),
    agreed: { candle: at(agreed.candle), price: at(agreed.price) },
    source: {
      name: source.name,
      readAt: source.readAt && iso(source.readAt),
      lagSeconds: lagSeconds(source),
    },
    openRounds,
  };
};

const networkFaults = ({ self, members, quorum, peers }: NodeStatus): string[] => {
  if (members.length < quorum) {
    return [`the chains want ${quorum} signatures, but only ${members.length} nodes of PEERS are signers`];
  }
  const silent = peers.filter(isSilent).filter(({ address }) => members.includes(address));
  const there = members.filter((member) => member === self || !silent.some(({ address }) => address === member));
  if (there.length >= quorum) return [];
  const names = silent.map(({ address, silentSince }) => `${address} is silent since ${iso(silentSince)}`);
  return [`${there.length} of ${quorum} nodes of a quorum are there: ${names.join(", ")}`];
};

const sourceFaults = ({ name, failingSince, lastFault }: NodeStatus["source"], now: number): string[] =>
  failingSince === undefined || now < failingSince + SOURCE_PATIENCE_MS
    ? []
    : [`the source ${name} cannot be read since ${iso(failingSince)}: ${lastFault}`];

export const writeMetrics = (metrics: Metrics, status: NodeStatus, now: number): void => {
  const { members, quorum, peers, openRounds, agreed, refusals, source, transmissions } = status;
  metrics.gauge("oracle_members", "Nodes of PEERS that are signers on every chain.").set(members.length);
  metrics.gauge("oracle_quorum", "Observations and signatures that an outcome needs.").set(quorum);
  const silence = metrics.gauge("oracle_peer_silent_seconds", "Since when a peer has not been heard, 0 while it is.");
  for (const { address: peer, silentSince } of peers) {
    silence.set(silentSince === undefined ? 0 : Math.round((now - silentSince) / 1_000), { peer });
  }
  metrics.gauge("oracle_rounds_open", "Rounds begun and not yet on every chain.").set(openRounds.length);
  const signedAt = metrics.gauge("oracle_agreed_timestamp_seconds", "When this node last signed a round, by kind.");
  for (const [kind, round] of Object.entries(agreed)) signedAt.set(Math.round(round.at / 1_000), { kind });
  const refused = metrics.gauge("oracle_refused", "Messages and connections refused since the start.");
  for (const { from, reason, count } of refusals) refused.set(count, { peer: from, reason });
  const looked = metrics.gauge("oracle_source_looks", "Looks at the source since the start.");
  looked.set(source.looks.done, { result: "done" });
  for (const [fault, count] of source.looks.failed) looked.set(count, { result: fault });
  metrics.gauge("oracle_source_lag_seconds", "How far the exchange is behind the chains.").set(lagSeconds(source));
  const sent = metrics.gauge("oracle_transmissions", "Reports brought to a chain since the start.");
  sent.set(transmissions.succeeded, { result: "succeeded" });
  sent.set(transmissions.rejected, { result: "rejected" });
};
