// The one record of a flow, written before and after each thing that cannot be taken back.
import type { Hex } from "viem";
import type { Request } from "./flow.ts";
import { type Attempt, decodePending, encodePending, type Pending, type Store } from "./pending.ts";

export type Journal = {
  read: () => Pending | undefined;
  asked: (step: number, attempt: Attempt) => void;
  sent: (step: number, hash: Hex, attempt: Attempt) => void;
  due: (step: number) => void;
  clear: () => void;
};

export type Flow = { action: string; request: Request; steps: readonly string[] };

/** Storage events reach other tabs only; this one hears of its own writes by `onWrite`. */
export const createJournal = (store: Store, key: string, flow: Flow | undefined, onWrite: () => void): Journal => {
  const write = (step: number, stage: Pending["stage"]) => {
    if (flow === undefined) throw new Error("This journal only reads.");
    store.setItem(key, encodePending({ ...flow, step, stage }));
    onWrite();
  };
  return {
    read: () => decodePending(store.getItem(key)),
    asked: (step, attempt) => write(step, { kind: "asked", ...attempt }),
    sent: (step, hash, attempt) => write(step, { kind: "sent", hash, ...attempt }),
    due: (step) => write(step, { kind: "due" }),
    clear: () => {
      store.removeItem(key);
      onWrite();
    },
  };
};
