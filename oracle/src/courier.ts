// Brings what was agreed to every chain that still lacks it, and counts how that went.
import type { Logger } from "@aibot/kit/node/log";
import type { Transactions } from "@aibot/kit/node/transactions";
import type { ChainState, ChainView } from "./chain-view.ts";
import { type Agreed, isSuccess, transmit } from "./transmit.ts";

export type ReportedChain = { view: ChainView; transactions: Transactions };

export type CourierParams = {
  chains: ReportedChain[]; // of one market
  isNeeded: (state: ChainState, agreed: Agreed) => boolean;
  onDelivered: (view: ChainView) => Promise<void>;
  log: Logger;
};

export type Courier = {
  /** Asks the chains how far they are; the answer is in when signatures are. */
  prepare: () => void;
  deliver: (chain: ReportedChain, agreed: Agreed) => Promise<void>;
  counts: { succeeded: number; rejected: number };
};

export const createCourier = ({ chains, isNeeded, onDelivered, log }: CourierParams): Courier => {
  const refreshed = new Map<ChainView, Promise<ChainState>>(); // since our newest proposal
  const counts = { succeeded: 0, rejected: 0 };
  return {
    prepare: () => {
      for (const { view } of chains) {
        const state = view.refreshAll();
        state.catch(() => {}); // told by the delivery, if there is one
        refreshed.set(view, state);
      }
    },
    deliver: async ({ view, transactions }, agreed) => {
      const state = await (refreshed.get(view) ?? view.refreshAll());
      if (!isNeeded(state, agreed)) return;
      const result = await transmit({ view, transactions, agreed });
      const fields = { chain: view.chain.id, round: agreed.round, ...result };
      if (isSuccess(result)) {
        counts.succeeded += 1;
        log.info(fields, "report mined");
      } else {
        counts.rejected += 1;
        log.warn(fields, "report not taken");
      }
      await onDelivered(view);
    },
    counts,
  };
};
