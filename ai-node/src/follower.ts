// Recomputes one chain's rounds as they are published, whatever the chain does to its newest blocks.
import type { Model } from "@aibot/kit/models";
import type { Hex } from "viem";
import type { BlockRange, ProtocolLog } from "./protocol-logs.ts";
import { follow, type Track, type Verdict } from "./track.ts";

/** What is known at the end of one block. Never changed, so that going back is choosing an older one. */
export type Checkpoint = {
  number: bigint;
  hash: Hex;
  tracks: Track[];
  counts: ReadonlyMap<Hex, FeedCount>; // by feed
  doubts: ReadonlyMap<Hex, string>; // by model: the first of its rounds that differed from the reference, as a clause
};

export type FeedCount = { equal: number; unequal: number; newest: Verdict };

export type Head = { number: bigint; hash: Hex; parentHash: Hex };

/** The chain as the follower reads it. */
export type ChainReads = {
  logs: (range: BlockRange) => Promise<ProtocolLog[]>;
  /** Hash of the block at a height; undefined above the head. */
  hashAt: (number: bigint) => Promise<Hex | undefined>;
  models: (logs: ProtocolLog[], known: ReadonlyMap<Hex, Model>) => Promise<[Hex, Model][]>;
};

export type FollowerParams = {
  reads: ChainReads;
  startBlock: bigint;
  tracks: Track[]; // as before the first event
};

export type Follower = {
  /** Catches up with `head` and returns the new verdicts. Throws when the chain cannot be read; nothing is lost then. */
  advance: (head: Head) => Promise<Verdict[]>;
  checkpoint: () => Checkpoint;
  /** Every model that the chain has named so far, by id. */
  models: () => ReadonlyMap<Hex, Model>;
};

/** Blocks that can be taken back without reading the whole history again. */
const KEPT_CHECKPOINTS = 64;

type FeedVerdict = { feed: Hex; verdict: Verdict };

const countVerdicts = (counts: Checkpoint["counts"], verdicts: FeedVerdict[]): Checkpoint["counts"] => {
  const next = new Map(counts);
  for (const { feed, verdict } of verdicts) {
    const { equal, unequal } = next.get(feed) ?? { equal: 0, unequal: 0 };
    const isEqual = verdict.equal ? 1 : 0;
    next.set(feed, { equal: equal + isEqual, unequal: unequal + 1 - isEqual, newest: verdict });
  }
  return next;
};

const collectDoubts = (doubts: Checkpoint["doubts"], verdicts: FeedVerdict[]): Checkpoint["doubts"] => {
  const found = verdicts
    .filter(({ verdict }) => !verdict.equal)
    .map(({ verdict }): [Hex, string] => [verdict.modelId, `round ${verdict.round}: ${verdict.differences[0]}`]);
  return found.length === 0 ? doubts : new Map([...found.reverse(), ...doubts]); // the first of each stays
};

export const createFollower = ({ reads, startBlock, tracks }: FollowerParams): Follower => {
  // No block has this hash, and none needs it: the first checkpoint is before the first event and always stands.
  const genesis: Checkpoint = { number: startBlock - 1n, hash: "0x", tracks, counts: new Map(), doubts: new Map() };
  const models = new Map<Hex, Model>();
  let checkpoints: Checkpoint[] = [];

  const newest = (): Checkpoint => checkpoints.at(-1) ?? genesis;

  /** Drops checkpoints of blocks that are no longer in the chain. */
  const dropReplaced = async (head: Head): Promise<void> => {
    while (checkpoints.length > 0) {
      const { number, hash } = newest();
      const isParent = number + 1n === head.number && hash === head.parentHash;
      if (isParent || hash === (number > head.number ? undefined : await reads.hashAt(number))) return;
      checkpoints = checkpoints.slice(0, -1);
    }
  };

  const advance = async (head: Head): Promise<Verdict[]> => {
    await dropReplaced(head);
    const base = newest();
    if (base.number >= head.number) return [];

    const logs = await reads.logs({ fromBlock: base.number + 1n, toBlock: head.number });
    for (const [id, model] of await reads.models(logs, models)) models.set(id, model);
    // The chain may have moved between the reads; the head it moved to is on its way.
    if ((await reads.hashAt(head.number)) !== head.hash) return [];

    const verdicts: FeedVerdict[] = [];
    const advanced = base.tracks.map((track) =>
      logs.reduce((current, log) => {
        const step = follow(current, log, { models });
        if (step.verdict !== undefined) verdicts.push({ feed: track.feed, verdict: step.verdict });
        return step.track;
      }, track),
    );
    const checkpoint = {
      ...head,
      tracks: advanced,
      counts: countVerdicts(base.counts, verdicts),
      doubts: collectDoubts(base.doubts, verdicts),
    };
    checkpoints = [...checkpoints, checkpoint].slice(-KEPT_CHECKPOINTS);
    return verdicts.map(({ verdict }) => verdict);
  };

  return { advance, checkpoint: newest, models: () => models };
};
