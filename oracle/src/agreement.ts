// What an agreement hears, asks for and refuses.
import type { Address, Hex } from "viem";
import type { Observation, RoundKey } from "./round.ts";
import type { Tally } from "./tally.ts";

/** A signed text, kept as it came so that others can check it too. */
export type Envelope = { from: Address; signature: Hex; body: string };

export type SignedObservation = { round: RoundKey; observation: Observation; envelope: Envelope };

/** One node's signatures of the reports for one chain. `candle` is absent in price rounds. */
export type ReportSignatures = { chainId: number; price: Hex; candle?: Hex };

export type Endorsement = { signer: Address; reports: ReportSignatures[] };

export type Proposal = {
  from: Address;
  round: RoundKey;
  attempt: number;
  outcome: Observation;
  observations: SignedObservation[];
};

/** What has happened. The envelopes in it are already verified, and come from members. */
export type AgreementEvent =
  | ({ kind: "observation" } & SignedObservation)
  | ({ kind: "proposal" } & Proposal)
  | { kind: "signed"; from: Address; round: RoundKey; attempt: number; reports: ReportSignatures[] }
  | { kind: "progress"; candleEnd: bigint; observedAt: bigint } // all chains have the candles before, one has the price
  | { kind: "membership"; members: Address[]; quorum: number }
  | { kind: "time" };

export type AgreementAction =
  | { kind: "observe"; round: RoundKey } // look at the source, again if need be
  | { kind: "broadcast"; envelope: Envelope }
  | { kind: "propose"; round: RoundKey; attempt: number; outcome: Observation; observations: Envelope[] }
  | { kind: "endorse"; leader: Address; round: RoundKey; attempt: number; outcome: Observation }
  | { kind: "transmit"; round: RoundKey; attempt: number; outcome: Observation; endorsements: Endorsement[] }
  | { kind: "accuse"; round: RoundKey; stories: [Envelope, Envelope] }; // one member signed both, and both cannot be true

export type Refusal =
  | "stranger"
  | "stale"
  | "malformed"
  | "equivocation"
  | "flood"
  | "wrong outcome"
  | "contradiction"
  | "hasty proposal"
  | "wrong signature";

export type AgreementParams = {
  self: Address;
  members: Address[]; // in the order of the rota
  quorum: number; // observations of a proposal and signatures of a report
  period: bigint; // seconds a candle
  spreadBps: bigint; // beyond it an outcome contradicts a node's own observation
  graceMs: number; // how long a leader with a quorum waits for the others
  takeoverMs: number; // the silence after which the next leader takes over
  /** Whether `signer` has signed the reports of `outcome` for every chain. */
  verify: (signer: Address, outcome: Observation, reports: ReportSignatures[]) => boolean;
};

export type Agreement = {
  step: (event: AgreementEvent, now: number) => AgreementAction[];
  nextAt: () => number | undefined;
  hasObserved: (round: RoundKey) => boolean;
  ownEnvelopes: () => Envelope[]; // of the open rounds, for a peer that has just come back
  openRounds: () => RoundKey[];
  refusals: Tally<Refusal>;
};
