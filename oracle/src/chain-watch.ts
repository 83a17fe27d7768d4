// Follows the chains: what is there by now, who may sign by now, and when a price alone is due.
import type { Head } from "@aibot/kit/node/chain";
import type { ChainState, ChainView } from "./chain-view.ts";

export type ChainWatchParams = {
  views: ChainView[];
  hasOpenRounds: () => boolean;
  onChange: (view: ChainView, before: ChainState, after: ChainState) => void;
  onHead: (head: Pick<Head, "number" | "timestamp">) => void;
  /** Runs an effect that may fail. */
  attempt: (name: string, effect: () => Promise<unknown>) => Promise<void>;
  signal: AbortSignal;
};

export type ChainWatch = {
  refresh: (view: ChainView) => Promise<void>;
  start: () => void;
  /** By the newest block, unix seconds; 0 before the first. */
  chainTime: () => bigint;
};

// Without an open round nothing of ours changes; signers may, and nobody tells.
const REREAD_MS = 5_000;

export const createChainWatch = (params: ChainWatchParams): ChainWatch => {
  const { views, hasOpenRounds, onChange, onHead, attempt, signal } = params;
  let chainTime = 0n;

  const refresh = async (view: ChainView): Promise<void> => {
    const before = view.state();
    const after = await view.refresh();
    onChange(view, before, after);
  };

  const watch = (view: ChainView): void => {
    let height = -1n;
    let readAt = performance.now();
    const hear = (head: Pick<Head, "number" | "timestamp">): void => {
      const isRollback = head.number <= height;
      height = head.number;
      if (head.timestamp > chainTime) chainTime = head.timestamp;
      const isOld = performance.now() > readAt + REREAD_MS;
      if (isRollback || isOld || hasOpenRounds()) {
        readAt = performance.now();
        void attempt("refresh", () => refresh(view));
      }
      onHead(head);
    };
    view.chain.watchHeads(hear, signal);
  };

  return { refresh, start: () => views.forEach(watch), chainTime: () => chainTime };
};
