// The service: follows every chain, compares every round, raises the alarm when one differs.
import { setTimeout as sleep } from "node:timers/promises";
import { rootMessage } from "@aibot/kit/errors";
import { feedId, idText, marketId } from "@aibot/kit/ids";
import type { Chain, Head } from "@aibot/kit/node/chain";
import type { Logger } from "@aibot/kit/node/log";
import type { Metrics } from "@aibot/kit/node/metrics";
import { volatilityBps } from "@aibot/kit/signals";
import type { ChainView } from "./api/sources.ts";
import type { Inference } from "./engines/inference.ts";
import { type ChainReads, type Checkpoint, createFollower } from "./follower.ts";
import { missingModels, readModels } from "./models.ts";
import { readProtocolLogs } from "./protocol-logs.ts";
import { createTrack, type Verdict } from "./track.ts";

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 15_000;

export type Comparison = {
  health: () => ChainHealth;
  view: () => ChainView;
  /** Follows the chain until `signal` aborts. */
  follow: (signal: AbortSignal) => Promise<void>;
};

export type ChainHealth = {
  chain: number;
  block: bigint;
  isReachable: boolean;
  feeds: { feed: string; round: number; equal: number; unequal: number }[];
};

export type CompareParams = { chain: Chain; inference: Pick<Inference, "learn">; log: Logger; metrics: Metrics };

const readsOf = (chain: Chain): ChainReads => ({
  logs: (range) => readProtocolLogs(chain, range),
  hashAt: async (blockNumber) => {
    const block = await chain.client.request({
      method: "eth_getBlockByNumber",
      params: [`0x${blockNumber.toString(16)}`, false],
    });
    return block?.hash ?? undefined;
  },
  models: (logs, known) => readModels(chain, missingModels(logs, known)),
});

/** Compares every published round of one chain with the reference. */
export const createComparison = ({ chain, inference, log, metrics }: CompareParams): Comparison => {
  const { markets, startBlock } = chain.deployment;
  const tracks = markets.map(({ id, feed }) => createTrack(feedId(feed), marketId(id)));
  const follower = createFollower({ reads: readsOf(chain), startBlock: BigInt(startBlock), tracks });
  const report = createReport({ chain: chain.id, log, metrics });
  let isReachable = true;

  const advance = async (head: Head): Promise<void> => {
    for (const verdict of await follower.advance(head)) report.verdict(verdict);
    report.counts(follower.checkpoint());
    // Not waited for: rounds are compared by the reference, whichever engine is still being tested.
    for (const [id, model] of follower.models()) void inference.learn(id, model);
  };

  const follow = async (signal: AbortSignal): Promise<void> => {
    const heads = newestHeads(chain, signal);
    let retryMs = FIRST_RETRY_MS;
    for (let head = await heads.next(); head !== undefined; head = await heads.next()) {
      try {
        await advance(head);
        isReachable = true;
        retryMs = FIRST_RETRY_MS;
      } catch (error) {
        if (signal.aborted) return;
        isReachable = false;
        log.warn({ chain: chain.id, reason: rootMessage(error), retryMs }, "chain not readable");
        await sleep(retryMs, undefined, { signal }).catch(() => {});
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
        heads.again(head);
      }
    }
  };

  const health = (): ChainHealth => {
    const { number, tracks: current, counts } = follower.checkpoint();
    const feeds = current.map(({ feed }) => {
      const { equal = 0, unequal = 0, newest } = counts.get(feed) ?? {};
      return { feed: idText(feed), round: newest?.round ?? 0, equal, unequal };
    });
    return { chain: chain.id, block: number, isReachable, feeds };
  };

  const view = (): ChainView => {
    const { tracks: current, counts, doubts } = follower.checkpoint();
    const feeds = current.map(({ feed, modelId, terms }) => ({
      ...{ feed: idText(feed), modelId, periodsPerYear: terms?.periodsPerYear, newest: counts.get(feed)?.newest },
    }));
    return { chain: chain.id, feeds, models: follower.models(), doubts };
  };

  return { health, view, follow };
};

/** Heads one by one, older ones skipped while the newest is worked on. */
const newestHeads = ({ watchHeads }: Chain, signal: AbortSignal) => {
  let waiting: Head | undefined;
  let wake = () => {};
  watchHeads((head) => {
    waiting = head;
    wake();
  }, signal);
  signal.addEventListener("abort", () => wake(), { once: true });

  const next = async (): Promise<Head | undefined> => {
    if (waiting === undefined && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
    const head = waiting;
    waiting = undefined;
    return signal.aborted ? undefined : head;
  };
  const again = (head: Head): void => {
    waiting ??= head;
  };
  return { next, again };
};

const createReport = ({ chain, log, metrics }: { chain: number; log: Logger; metrics: Metrics }) => {
  const rounds = metrics.gauge("ai_node_rounds", "Published rounds by comparison with the reference.");
  const block = metrics.gauge("ai_node_block", "Newest block compared.");

  const verdict = ({ round, block: number, reference, chain: value, equal, differences }: Verdict): void => {
    const fields = { chain, round, block: number, value, reference, volatilityBps: volatilityBps(value) };
    if (equal) log.info(fields, "round equals the reference");
    else log.error({ ...fields, differences }, "ROUND DIFFERS FROM THE REFERENCE");
  };
  const counts = ({ number, counts: byFeed }: Checkpoint): void => {
    block.set(Number(number), { chain: String(chain) });
    for (const [feed, { equal, unequal }] of byFeed) {
      const labels = { chain: String(chain), feed: idText(feed) };
      rounds.set(equal, { ...labels, result: "equal" });
      rounds.set(unequal, { ...labels, result: "unequal" });
    }
  };
  return { verdict, counts };
};
