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
import type { Address } from "viem";
import type {
  Agreement,
  AgreementAction,
  AgreementEvent,
  AgreementParams,
  Proposal,
  Refusal,
  ReportSignatures,
  SignedObservation,
} from "./agreement.ts";
import { mostFaulty } from "./membership.ts";
import { createOpenRounds, type Round } from "./open-rounds.ts";
import type { RoundKey } from "./round.ts";
import { checkObservation, contradicts, equalObservations, isCandleRound, medianOf, roundTime } from "./round.ts";
import { createTally } from "./tally.ts";

export const createAgreement = (params: AgreementParams): Agreement => {
  const { self, period, spreadBps, graceMs, takeoverMs, verify } = params;
  const refusals = createTally<Refusal>();
  let { members, quorum } = params;

  const refuse = (from: Address, reason: Refusal): [] => {
    refusals.count(from, reason);
    return [];
  };

  const rounds = createOpenRounds({ self, period, refuse });

  const leaderOf = (key: RoundKey, attempt: number): Address | undefined => {
    const turn = isCandleRound(key) ? roundTime(key) / period : roundTime(key);
    return members[Number((turn + BigInt(attempt)) % BigInt(members.length))];
  };

  const take = (signed: SignedObservation, now: number) => {
    const taken = rounds.take(signed, now);
    const accusations: AgreementAction[] =
      taken?.stories === undefined ? [] : [{ kind: "accuse", round: signed.round, stories: taken.stories }];
    return { taken, accusations };
  };

  const onObservation = (signed: SignedObservation, now: number): AgreementAction[] => {
    const isOwn = signed.envelope.from === self;
    const wasObserved = rounds.get(signed.round)?.observations.has(self) ?? false;
    const { taken, accusations } = take(signed, now);
    if (taken === undefined || accusations.length > 0) return accusations;

    const { round, isNew } = taken;
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
    if (rounds.isStale(key)) return refuse(from, "stale");
    if (!isWellFormed(proposal)) return refuse(from, "malformed");

    // A proposal also carries what we may have missed; refused ones among them are counted there.
    const accusations = observations.flatMap((signed) => take(signed, now).accusations);
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

  /** A proposal made with the old members goes the way of one that nobody answers: the next leader makes another. */
  const onMembership = (event: Extract<AgreementEvent, { kind: "membership" }>): void => {
    ({ members, quorum } = event);
    rounds.keep(members);
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
          rounds.progress(event.candleEnd, event.observedAt);
          return [];
        case "membership":
          onMembership(event);
          return [];
        case "time":
          return rounds.all().flatMap((round) => onTime(round, now));
      }
    },
    nextAt: () => {
      const times = rounds.all().flatMap(nextAtOf);
      return times.length === 0 ? undefined : Math.min(...times);
    },
    hasObserved: (key) => rounds.get(key)?.observations.has(self) ?? false,
    ownEnvelopes: () => rounds.all().flatMap((round) => round.observations.get(self)?.envelope ?? []),
    openRounds: () => rounds.all().map(({ key }) => key),
    refusals,
  };
};

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
