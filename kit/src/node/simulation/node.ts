import type { Hex } from "viem";
import type { WatchHeads } from "../heads.ts";
import type { TransactionNode } from "../transaction-node.ts";
import { type Attempt, classifyRefusal, type Mined, type Place } from "../transaction-state.ts";
import { ancestry, type Block, parseSent, type Sent, type SimulatedChain } from "./chain.ts";
import type { Random } from "./random.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** How often a simulated node misbehaves: probabilities. All zero is a good node. */
export type Faults = {
  lost: number; // a request that never arrives
  unanswered: number; // a broadcast that is accepted, but the answer is lost
  lagging: number; // a read of a state some heads ago
  lying: number; // an answer that is not true
  mute: number; // a head that is not announced
  behind: number; // heads that every read is behind, not a probability: an endpoint that stands still
};

export const noFaults: Faults = { lost: 0, unanswered: 0, lagging: 0, lying: 0, mute: 0, behind: 0 };

export type NodeParams = {
  chain: SimulatedChain;
  clock: VirtualClock;
  random: Random;
  faults: () => Faults;
  wouldRevert: (data: Hex) => boolean;
  /** Hears of every transaction that reaches a node. */
  onBroadcast: (sent: Sent) => void;
  /** Of the process that asks: a dead one gets no answers and causes nothing. */
  signal: AbortSignal;
};

const MOST_LAG = 6; // heads
const CHAIN_ID = 31_337;

const poolRefusal = (chain: SimulatedChain, sent: Sent): string | undefined => {
  const { count, head } = chain.head();
  if (sent.nonce < count) return "nonce too low";
  const rival = chain.pool.get(sent.nonce);
  if (rival?.hash === sent.hash) return "already known";
  if (sent.maxFeePerGas < head.baseFeePerGas) return "max fee per gas less than block base fee";
  const outbids = (field: "maxFeePerGas" | "maxPriorityFeePerGas") =>
    rival === undefined || sent[field] * 10n >= rival[field] * 11n;
  return outbids("maxFeePerGas") && outbids("maxPriorityFeePerGas") ? undefined : "replacement transaction underpriced";
};

const lies = [
  "already known",
  "nonce too low",
  "transaction underpriced",
  "insufficient funds",
  "txpool is full",
] as const;

/** What a read sees: the chain as it is, or as it was. */
export const viewOf = ({ chain, random, faults }: Pick<NodeParams, "chain" | "random" | "faults">): Block => {
  const { lagging, behind } = faults();
  return chain.formerHead(Math.max(behind, random.chance(lagging) ? random.between(1, MOST_LAG) : 0));
};

/** What a manager asks of a node, answered from the simulated chain, with faults. */
export const createSimulatedNode = (params: NodeParams): TransactionNode => {
  const { chain, clock, random, faults, wouldRevert, onBroadcast, signal } = params;

  const travel = async (): Promise<void> => {
    await clock.sleep(random.between(1, 40));
    if (signal.aborted) await new Promise(() => {}); // the process is dead
    if (random.chance(faults().lost)) throw new Error("timeout");
  };
  const read = async <T>(answer: (view: Block) => T, lie: (truth: T) => T): Promise<T> => {
    await travel();
    const truth = answer(viewOf({ chain, random, faults }));
    await travel();
    return random.chance(faults().lying) ? lie(truth) : truth;
  };

  const find = <T>(view: Block, match: (sent: Block["sent"][number], block: Block) => T | undefined): T | undefined => {
    for (const block of ancestry(view)) {
      for (const sent of block.sent) {
        const found = match(sent, block);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  };
  const placeIn = (block: Block, hash: Hex): Place => ({
    hash,
    blockNumber: block.head.number,
    blockHash: block.head.hash,
  });

  return {
    estimate: async ({ data }) => {
      await travel();
      return wouldRevert(data) ? { kind: "revert", reason: "not now", error: "NotNow" } : { kind: "gas", gas: 50_000n };
    },
    broadcast: async (raw) => {
      const refuse = (message: string) => ({ refusal: classifyRefusal(message), message });
      try {
        await travel();
      } catch {
        return refuse("timeout");
      }
      const sent = parseSent(raw);
      onBroadcast(sent);
      if (random.chance(faults().lying)) return refuse(random.pick(lies));
      const refusal = poolRefusal(chain, sent);
      if (refusal === undefined) chain.pool.set(sent.nonce, sent);
      await clock.sleep(random.between(1, 40));
      if (signal.aborted) await new Promise(() => {});
      if (random.chance(faults().unanswered)) return refuse("timeout");
      return refusal === undefined ? {} : refuse(refusal);
    },
    minedOf: (attempts: Attempt[]) =>
      read<Mined | undefined>(
        (view) =>
          find(view, ({ transaction: { hash }, status }, block) =>
            attempts.some((attempt) => attempt.hash === hash) ? { ...placeIn(block, hash), status } : undefined,
          ),
        () => undefined,
      ),
    blockAt: ({ blockNumber, blockHash }) =>
      read<"there" | "other" | "absent">(
        (view) => {
          if (view.head.number < blockNumber) return "absent";
          for (const { head } of ancestry(view))
            if (head.number === blockNumber) return head.hash === blockHash ? "there" : "other";
          return "absent";
        },
        () => random.pick(["other", "absent"] as const),
      ),
    userOf: (nonce) =>
      read<Place | undefined>(
        (view) =>
          find(view, ({ transaction }, block) =>
            transaction.nonce === nonce ? placeIn(block, transaction.hash) : undefined,
          ),
        () => undefined,
      ),
    nonce: () =>
      read(
        ({ count }) => count,
        (count) => Math.max(0, count + random.pick([-2, -1, 1, 2] as const)),
      ),
    tip: () =>
      read(
        () => 10n ** 9n,
        (tip) => tip * 1_000n,
      ),
    balance: () =>
      read(
        () => 10n ** 20n,
        () => 0n,
      ),
    head: () =>
      read(
        ({ head }) => head,
        (head) => ({ ...head, number: head.number + 50n, baseFeePerGas: head.baseFeePerGas * 100n }),
      ),
    chainId: () =>
      read(
        () => CHAIN_ID,
        () => 1,
      ),
  };
};

type Watcher = Parameters<WatchHeads>;

/** Announces heads late, some of them never, some twice. */
export const createAnnouncer = ({
  chain,
  clock,
  random,
  faults,
}: Pick<NodeParams, "chain" | "clock" | "random" | "faults">) => {
  const watchers = new Set<Watcher>();
  const watchHeads: WatchHeads = (onHead, signal) => void watchers.add([onHead, signal]);
  const announce = () => {
    for (const watcher of watchers) {
      const [onHead, signal] = watcher;
      if (signal.aborted) watchers.delete(watcher);
      else if (!random.chance(faults().mute)) {
        const tell = () => {
          if (!signal.aborted) onHead(chain.head().head);
        };
        clock.after(random.between(1, 300), tell);
        if (random.chance(faults().lagging)) clock.after(random.between(1, 600), tell);
      }
    }
  };
  return { watchHeads, announce };
};
