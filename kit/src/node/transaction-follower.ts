import { rootMessage } from "../errors.ts";
import type { Clock } from "./clock.ts";
import type { Head } from "./heads.ts";
import type { Logger } from "./log.ts";
import type { Nonces, Outcome, Pending } from "./transaction-pending.ts";
import type { Repair } from "./transaction-repair.ts";
import type { Sender } from "./transaction-sender.ts";
import { extendsHead } from "./transaction-state.ts";

const FINALISE_EVERY_BLOCKS = 16n;
const LAST_POLL_MS = 1_000;

export type FollowerParams = {
  sender: Sender;
  repair: Repair;
  nonces: Nonces;
  head: Head;
  clock: Clock;
  log: Logger;
  signal: AbortSignal;
};

/** Decides when to look: keeps every pending entry going until it is in a block that stays. */
export type Follower = {
  /** Sends a signed entry out and waits for its end. */
  submit: (item: Pending) => Promise<Outcome>;
  /** Begins to look after what an earlier run has left. */
  start: () => void;
  onHead: (head: Head) => void;
  stop: (reason: unknown) => void;
};

export const createFollower = ({ sender, repair, nonces, head, clock, log, signal }: FollowerParams): Follower => {
  let newest = head;
  let finalisedAt = head.number;
  let isDoubtful = false; // a head did not extend the one before it
  let isRepairing = false;
  let pollMs = 1;
  let cancelTimer: (() => void) | undefined;

  const isFinalityDue = () => newest.number >= finalisedAt + FINALISE_EVERY_BLOCKS;

  const attempt = async (task: () => Promise<unknown>): Promise<void> => {
    try {
      await task();
    } catch (error) {
      if (!signal.aborted) log.warn({ cause: rootMessage(error) }, "no answer, looking again later");
    }
  };

  /** Never two looks at one entry at a time; one that hangs holds up no other. */
  const tend = async (item: Pending): Promise<void> => {
    item.isBusy = true;
    await attempt(async () => {
      try {
        do {
          item.isAwaited = false;
          await sender.advance(item);
        } while (item.isAwaited && !signal.aborted && nonces.pending.get(item.nonce) === item);
      } finally {
        item.isBusy = false;
      }
    });
  };

  const repairAll = async (): Promise<void> => {
    isRepairing = true;
    await attempt(async () => {
      const isDue = isFinalityDue();
      if (isDoubtful || isDue) {
        isDoubtful = false; // a head that comes meanwhile may raise it again
        let isDecided = false;
        try {
          isDecided = await repair.verify();
        } finally {
          isDoubtful ||= !isDecided;
        }
      }
      if (isDue && !isDoubtful) {
        await repair.finalise(newest.number);
        finalisedAt = newest.number;
      }
      isDoubtful = (await repair.mend()) || isDoubtful;
    });
    isRepairing = false;
  };

  const look = (isNews: boolean): void => {
    if (signal.aborted) return;
    if (!isRepairing) void repairAll().then(watchOn);
    for (const item of nonces.pending.values()) {
      if (!item.isBusy) void tend(item);
      else item.isAwaited ||= isNews;
    }
    watchOn();
  };

  /** A block may come within a millisecond: intervals double from there, and every head makes one look more. */
  const watchOn = (): void => {
    if (cancelTimer !== undefined || signal.aborted || (nonces.pending.size === 0 && !isDoubtful)) return;
    cancelTimer = clock.after(pollMs, () => {
      cancelTimer = undefined;
      pollMs = Math.min(pollMs * 2, LAST_POLL_MS);
      look(false);
    });
  };

  const watchClosely = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    pollMs = 1;
    look(true);
  };

  return {
    submit: async (item) => {
      const sent = attempt(() => sender.broadcast(item));
      void sent.then(watchClosely);
      return item.settled;
    },
    start: watchClosely,
    onHead: (next) => {
      isDoubtful ||= next.hash !== newest.hash && !extendsHead(newest, next);
      newest = next;
      // A height that a node showed and that is not there, or not any more, must not put finality off.
      if (next.number < finalisedAt) finalisedAt = next.number;
      if (nonces.pending.size > 0 || isDoubtful || isFinalityDue()) look(true);
    },
    stop: (reason) => {
      cancelTimer?.();
      for (const { abandon } of nonces.pending.values()) abandon(reason);
    },
  };
};
