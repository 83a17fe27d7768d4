// How the nodes come to one outcome: a state machine without clock, network or keys.
//
// ROUNDS      Everybody broadcasts a signed observation. The leader of the round gathers a quorum of them, waits a
//             moment for the rest and proposes them. Whoever finds the same medians signs the reports. The leader
//             transmits once a quorum has signed.
// LEADERS     They rotate by round and, after a silence, within it. The rota only saves work: a proposal is judged by
//             its content, so any node may lead at any time without harm.
// ONE FAULT   A quorum is more than two thirds. A false observation is outvoted by the medians, an absent node is not
//             waited for, a silent leader is passed over, and whoever signs two stories is left out of the round.
// MEMBERS     They and the quorum may change while rounds are open: whoever is no longer a member no longer counts.
// TIME        `now` is monotonic milliseconds, given by the caller; `nextAt` says when to call again.
import type { Address, Hex } from "viem";
import type { Observation, RoundKey } from "./round.ts";
import {
  checkObservation,
  contradicts,
  equalCandles,
  equalObservations,
  isCandleRound,
  medianOf,
  roundTime,
} from "./round.ts";
import { createTally, type Tally } from "./tally.ts";

/** A signed text, kept as it came so that others can check it too. */
export type Envelope = { from: Address; signature: Hex; body: string };

export type SignedObservation = { round: RoundKey; observation: Observation; envelope: Envelope };

/** One node's signatures of the reports for one chain. `candle` is absent in price rounds. */
export type ReportSignatures = { chainId: number; price: Hex; candle?: Hex };

export type Endorsement = { signer: Address; reports: ReportSignatures[] };

/** What has happened. The envelopes in it are already verified, and come from members. */
export type AgreementEvent =
  | ({ kind: "observation" } & SignedObservation)
  | {
      kind: "proposal";
      from: Address;
      round: RoundKey;
      attempt: number;
      outcome: Observation;
      observations: SignedObservation[];
    }
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

type Lead = { attempt: number; outcome: Observation; endorsements: Map<Address, Endorsement>; isSent: boolean };
type Proposal = Extract<AgreementEvent, { kind: "proposal" }>;

type Round = {
  key: RoundKey;
  observations: Map<Address, SignedObservation>;
  equivocators: Set<Address>;
  attempt: number; // how many leaders have been passed over
  silentSince: number; // ms
  extendedAttempt: number; // the attempt whose leader has already been given more time; −1 = none
  quorumAt?: number; // ms; since when a quorum has observed
  lead?: Lead; // the newest proposal of our own
  endorsed: Map<Address, { at: number; attempt: number; outcome: Observation }>; // at: ms; the newest, by proposer
  deferred: Map<Address, Proposal>; // by proposer, until we have observed ourselves
};

// No honest node has more rounds open than there are chains; the bound keeps a dishonest one from filling the memory.
const MAX_OPEN_ROUNDS = 16;

export const createAgreement = (params: AgreementParams): Agreement => {
  const { self, period, spreadBps, graceMs, takeoverMs, verify } = params;
  const rounds = new Map<RoundKey, Round>();
  const refusals = createTally<Refusal>();
  let { members, quorum } = params;
  let candleEnd = 0n;
  let observedAt = 0n;

  const refuse = (from: Address, reason: Refusal): [] => {
    refusals.count(from, reason);
    return [];
  };

  const isStale = (key: RoundKey): boolean => roundTime(key) < (isCandleRound(key) ? candleEnd : observedAt);

  const leaderOf = (key: RoundKey, attempt: number): Address | undefined => {
    const turn = isCandleRound(key) ? roundTime(key) / period : roundTime(key);
    return members[Number((turn + BigInt(attempt)) % BigInt(members.length))];
  };

  const openRound = (key: RoundKey, now: number): Round => {
    const round: Round = {
      key,
      observations: new Map(),
      equivocators: new Set(),
      attempt: 0,
      silentSince: now,
      extendedAttempt: -1,
      endorsed: new Map(),
      deferred: new Map(),
    };
    rounds.set(key, round);
    return round;
  };

  const isFlooding = (from: Address, key: RoundKey): boolean =>
    from !== self &&
    !rounds.has(key) &&
    [...rounds.values()].filter((round) => round.observations.has(from)).length >= MAX_OPEN_ROUNDS;

  type Taken = { round: Round; isNew: boolean; accusation?: AgreementAction };

  /** Takes an observation into its round. Undefined: refused. Otherwise whether it tells us anything new. */
  const take = (signed: SignedObservation, now: number): Taken | undefined => {
    const { round: key, observation, envelope } = signed;
    const drop = (reason: Refusal): undefined => void refuse(envelope.from, reason);
    if (isStale(key)) return drop("stale");
    if (checkObservation(key, observation, period) !== undefined) return drop("malformed");
    if (isFlooding(envelope.from, key)) return drop("flood");

    const round = rounds.get(key) ?? openRound(key, now);
    if (round.equivocators.has(envelope.from)) return { round, isNew: false };
    const known = round.observations.get(envelope.from);
    if (known !== undefined && isEquivocation(known.observation, observation)) {
      refuse(envelope.from, "equivocation");
      if (envelope.from === self) return { round, isNew: false }; // our source's fault: the first story stands
      exclude(round, envelope.from);
      return { round, isNew: false, accusation: { kind: "accuse", round: key, stories: [known.envelope, envelope] } };
    }
    if (known !== undefined && known.observation.observedAt >= observation.observedAt) return { round, isNew: false };

    round.observations.set(envelope.from, signed);
    return { round, isNew: true };
  };

  const exclude = (round: Round, from: Address): void => {
    round.equivocators.add(from);
    round.observations.delete(from);
  };

  const onObservation = (signed: SignedObservation, now: number): AgreementAction[] => {
    const isOwn = signed.envelope.from === self;
    const wasObserved = rounds.get(signed.round)?.observations.has(self) ?? false;
    const taken = take(signed, now);
    if (taken === undefined) return [];

    const { round, isNew, accusation } = taken;
    if (accusation !== undefined) return [accusation];
    if (isOwn) {
      const own = round.observations.get(self) ?? signed;
      if (!wasObserved) round.silentSince = now;
      return [{ kind: "broadcast", envelope: own.envelope }, ...judgeDeferred(round, now), ...lead(round, now)];
    }
    return isNew ? [...join(round), ...lead(round, now)] : [];
  };

  /** More nodes than can be faulty have seen what we have not: there is something to see. */
  const join = (round: Round): AgreementAction[] =>
    !round.observations.has(self) && round.observations.size === mostFaulty(members.length) + 1
      ? [{ kind: "observe", round: round.key }]
      : [];

  const judgeDeferred = (round: Round, now: number): AgreementAction[] => {
    const proposals = [...round.deferred.values()];
    round.deferred.clear();
    return proposals.flatMap((proposal) => judge(round, proposal, now));
  };

  /** Proposes when it is our turn, a quorum has observed, and the rest has too or has had its moment. */
  const lead = (round: Round, now: number): AgreementAction[] => {
    const own = round.observations.get(self);
    if (own === undefined || round.observations.size < quorum) return [];
    round.quorumAt ??= now;
    if (leaderOf(round.key, round.attempt) !== self || round.lead?.attempt === round.attempt) return [];
    const isComplete = round.observations.size + round.equivocators.size >= members.length;
    if (!isComplete && now < round.quorumAt + graceMs) return [];

    const signed = [...round.observations.values()];
    const outcome = medianOf(signed.map(({ observation }) => observation));
    round.lead = { attempt: round.attempt, outcome, endorsements: new Map(), isSent: false };
    if (contradicts(outcome, own.observation, spreadBps)) return refuse(self, "contradiction");
    const observations = signed.map(({ envelope }) => envelope);
    return [{ kind: "propose", round: round.key, attempt: round.attempt, outcome, observations }];
  };

  const onProposal = (proposal: Proposal, now: number): AgreementAction[] => {
    const { from, round: key, observations } = proposal;
    if (isStale(key)) return refuse(from, "stale");
    if (!isWellFormed(proposal)) return refuse(from, "malformed");

    // A proposal also carries what we may have missed; refused ones among them are counted there.
    const accusations = observations.flatMap((signed) => take(signed, now)?.accusation ?? []);
    const round = rounds.get(key);
    if (round === undefined) return accusations;
    if (round.observations.has(self)) return [...accusations, ...judge(round, proposal, now)];
    round.deferred.set(from, proposal);
    return [...accusations, { kind: "observe", round: key }];
  };

  const isWellFormed = ({ round: key, observations }: Proposal): boolean =>
    observations.length >= quorum &&
    new Set(observations.map(({ envelope }) => envelope.from)).size === observations.length &&
    observations.every(
      ({ round, observation, envelope }) =>
        round === key && members.includes(envelope.from) && checkObservation(key, observation, period) === undefined,
    );

  /** Endorses a proposal whose medians we find ourselves and which does not contradict what we saw. */
  const judge = (round: Round, proposal: Proposal, now: number): AgreementAction[] => {
    const { from, attempt, outcome, observations } = proposal;
    const own = round.observations.get(self);
    if (own === undefined) return [];
    const found = medianOf(observations.map(({ observation }) => observation));
    if (!equalObservations(found, outcome)) return refuse(from, "wrong outcome");
    if (contradicts(outcome, own.observation, spreadBps)) return refuse(from, "contradiction");
    const last = round.endorsed.get(from);
    if (last?.attempt === attempt && !equalObservations(last.outcome, outcome)) return refuse(from, "equivocation");
    if (last !== undefined && now < last.at + takeoverMs / 2) return refuse(from, "hasty proposal");

    round.endorsed.set(from, { at: now, attempt, outcome });
    // The leader whose turn it is has spoken: it gets a full period to transmit, once.
    if (leaderOf(round.key, round.attempt) === from && round.extendedAttempt !== round.attempt) {
      round.extendedAttempt = round.attempt;
      round.silentSince = now;
    }
    return [{ kind: "endorse", leader: from, round: round.key, attempt, outcome }];
  };

  const onSigned = (event: Extract<AgreementEvent, { kind: "signed" }>): AgreementAction[] => {
    const { from, round: key, attempt, reports } = event;
    const current = rounds.get(key)?.lead;
    if (current === undefined || current.attempt !== attempt) return refuse(from, "stale");
    const { outcome, endorsements } = current;
    const earlier = endorsements.get(from);
    if (earlier !== undefined) return isSameSigning(earlier.reports, reports) ? [] : refuse(from, "equivocation");
    if (current.isSent) return [];
    if (from !== self && !verify(from, outcome, reports)) return refuse(from, "wrong signature");

    endorsements.set(from, { signer: from, reports });
    if (endorsements.size < quorum) return [];
    current.isSent = true;
    return [{ kind: "transmit", round: key, attempt, outcome, endorsements: [...endorsements.values()] }];
  };

  const onProgress = (event: Extract<AgreementEvent, { kind: "progress" }>): void => {
    candleEnd = event.candleEnd;
    observedAt = event.observedAt;
    for (const key of rounds.keys()) if (isStale(key)) rounds.delete(key);
  };

  /** A proposal made with the old members goes the way of one that nobody answers: the next leader makes another. */
  const onMembership = (event: Extract<AgreementEvent, { kind: "membership" }>): void => {
    ({ members, quorum } = event);
    for (const round of rounds.values()) {
      for (const kept of [round.observations, round.endorsed, round.deferred, round.lead?.endorsements]) {
        for (const from of kept?.keys() ?? []) if (!members.includes(from)) kept?.delete(from);
      }
    }
  };

  const onTime = (round: Round, now: number): AgreementAction[] => {
    if (!round.observations.has(self)) return [];
    if (now < round.silentSince + takeoverMs) return lead(round, now);
    round.attempt += 1;
    round.silentSince = now;
    return [{ kind: "observe", round: round.key }, ...lead(round, now)];
  };

  const nextAtOf = (round: Round): number[] => {
    if (!round.observations.has(self)) return [];
    const takeoverAt = round.silentSince + takeoverMs;
    const isOurTurn = leaderOf(round.key, round.attempt) === self && round.lead?.attempt !== round.attempt;
    if (!isOurTurn || round.quorumAt === undefined || round.observations.size < quorum) return [takeoverAt];
    return [takeoverAt, round.quorumAt + graceMs];
  };

  return {
    step: (event, now) => {
      const from = senderOf(event);
      if (from !== undefined && !members.includes(from)) return refuse(from, "stranger");
      switch (event.kind) {
        case "observation":
          return onObservation(event, now);
        case "proposal":
          return onProposal(event, now);
        case "signed":
          return onSigned(event);
        case "progress":
          onProgress(event);
          return [];
        case "membership":
          onMembership(event);
          return [];
        case "time":
          return [...rounds.values()].flatMap((round) => onTime(round, now));
      }
    },
    nextAt: () => {
      const times = [...rounds.values()].flatMap(nextAtOf);
      return times.length === 0 ? undefined : Math.min(...times);
    },
    hasObserved: (key) => rounds.get(key)?.observations.has(self) ?? false,
    ownEnvelopes: () => [...rounds.values()].flatMap((round) => round.observations.get(self)?.envelope ?? []),
    openRounds: () => [...rounds.keys()],
    refusals,
  };
};

/** A candle has closed and never changes; of one moment there is one price. Only a later moment may bring a new one. */
const isEquivocation = (known: Observation, next: Observation): boolean =>
  !equalCandles(known.candle, next.candle) || (known.observedAt === next.observedAt && known.price !== next.price);

/** Signing is deterministic: a second signature of the same reports is the same text. */
const isSameSigning = (a: ReportSignatures[], b: ReportSignatures[]): boolean =>
  a.length === b.length &&
  a.every(({ chainId, price, candle }, index) => {
    const other = b[index];
    return other?.chainId === chainId && other.price === price && other.candle === candle;
  });

const senderOf = (event: AgreementEvent): Address | undefined => {
  if (event.kind === "observation") return event.envelope.from;
  return "from" in event ? event.from : undefined;
};

/** Of n members, as many as may be absent, wrong or dishonest. */
export const mostFaulty = (members: number): number => Math.floor((members - 1) / 3);
