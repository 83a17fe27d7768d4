import type { Head } from "@aibot/kit/node/chain";
import type { Address, Hex } from "viem";
import type { Ask } from "./ask.ts";

/** One transaction a strategy wants. */
export type Action = {
  name: string; // for logs and metrics: "publish"
  key: string; // names the need, derived from chain state: the same need has the same key after any restart
  to: Address;
  data: Hex;
  leastGas?: bigint; // of its limit, where the block may find more to do than the simulation
  changes: string[]; // what it changes or relies on: "price SPX/USD", "pool 0x…"
};

export type Decision = { kind: "act"; action: Action } | { kind: "skip"; name: string; reason: string };

/** What a keeper looks at and what it then wants to do; nothing is remembered between two looks. */
export type Strategy = {
  name: string;
  /** Asks for everything at once and decides on the answers. */
  look: (ask: Ask, head: Head) => Promise<Decision[]>;
};

export const skip = (name: string, reason: string): Decision => ({ kind: "skip", name, reason });

/**
 * The actions to send after one look, in order of urgency. One that relies on something an earlier one changes was
 * decided on a state that is about to end: it waits for the next look.
 */
export const chooseActions = (decisions: Decision[]): Action[] => {
  const changed = new Set<string>();
  return decisions.flatMap((decision) => {
    if (decision.kind === "skip" || decision.action.changes.some((thing) => changed.has(thing))) return [];
    for (const thing of decision.action.changes) changed.add(thing);
    return [decision.action];
  });
};
