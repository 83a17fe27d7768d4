// The rounds that are open at a node, and who has observed what in them. Judges observations, not proposals.
import type { Address } from "viem";
import type { Endorsement, Envelope, Proposal, Refusal, SignedObservation } from "./agreement.ts";
import type { Observation, RoundKey } from "./round.ts";
import { checkObservation, equalCandles, isCandleRound, roundTime } from "./round.ts";

export type Lead = { attempt: number; outcome: Observation; endorsements: Map<Address, Endorsement>; isSent: boolean };

export type Round = {
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

/** `stories`: the member has signed both, and both cannot be true. */
export type Taken = { round: Round; isNew: boolean; stories?: [Envelope, Envelope] };

export type OpenRounds = {
  get: (key: RoundKey) => Round | undefined;
  all: () => Round[];
  isStale: (key: RoundKey) => boolean;
  /** Takes an observation into its round, which it may open. Undefined: refused. */
  take: (signed: SignedObservation, now: number) => Taken | undefined;
  /** All chains have the candles before `candleEnd`, one has the price of `observedAt`. */
  progress: (candleEnd: bigint, observedAt: bigint) => void;
  /** Forgets what others have said and done. */
  keep: (members: Address[]) => void;
};

export type OpenRoundsParams = {
  self: Address;
  period: bigint; // seconds a candle
  refuse: (from: Address, reason: Refusal) => void;
};

// No honest node has more rounds open than there are chains; the bound keeps a dishonest one from filling the memory.
const MAX_OPEN_ROUNDS = 16;

export const createOpenRounds = ({ self, period, refuse }: OpenRoundsParams): OpenRounds => {
  const rounds = new Map<RoundKey, Round>();
  let candleEnd = 0n;
  let observedAt = 0n;

  const isStale = (key: RoundKey): boolean => roundTime(key) < (isCandleRound(key) ? candleEnd : observedAt);

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

  const take = (signed: SignedObservation, now: number): Taken | undefined => {
    const { round: key, observation, envelope } = signed;
    const { from } = envelope;
    const drop = (reason: Refusal): undefined => void refuse(from, reason);
    if (isStale(key)) return drop("stale");
    if (checkObservation(key, observation, period) !== undefined) return drop("malformed");
    if (isFlooding(from, key)) return drop("flood");

    const round = rounds.get(key) ?? openRound(key, now);
    if (round.equivocators.has(from)) return { round, isNew: false };
    const known = round.observations.get(from);
    if (known !== undefined && isEquivocation(known.observation, observation)) {
      refuse(from, "equivocation");
      if (from === self) return { round, isNew: false }; // our source's fault: the first story stands
      round.equivocators.add(from);
      round.observations.delete(from);
      return { round, isNew: false, stories: [known.envelope, envelope] };
    }
    if (known !== undefined && known.observation.observedAt >= observation.observedAt) return { round, isNew: false };

    round.observations.set(from, signed);
    return { round, isNew: true };
  };

  return {
    get: (key) => rounds.get(key),
    all: () => [...rounds.values()],
    isStale,
    take,
    progress: (end, at) => {
      candleEnd = end;
      observedAt = at;
      for (const key of rounds.keys()) if (isStale(key)) rounds.delete(key);
    },
    keep: (members) => {
      for (const round of rounds.values()) {
        for (const kept of [round.observations, round.endorsed, round.deferred, round.lead?.endorsements]) {
          for (const from of kept?.keys() ?? []) if (!members.includes(from)) kept?.delete(from);
        }
      }
    },
  };
};

/** A candle has closed and never changes; of one moment there is one price. Only a later moment may bring a new one. */
const isEquivocation = (known: Observation, next: Observation): boolean =>
  !equalCandles(known.candle, next.candle) || (known.observedAt === next.observedAt && known.price !== next.price);
