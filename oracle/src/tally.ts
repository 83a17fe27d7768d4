// What was refused, by the member it came from and the reason. Both are from fixed lists, so it cannot grow.
import type { Address } from "viem";

/** `unknown`: whoever it was could not be told. */
export type Sender = Address | "unknown";

export type Refused<Reason extends string> = { from: Sender; reason: Reason; count: number };

export type Tally<Reason extends string> = {
  count: (from: Sender, reason: Reason) => void;
  of: (reason: Reason, from?: Sender) => number;
  entries: () => Refused<Reason>[];
};

export const createTally = <Reason extends string>(): Tally<Reason> => {
  const rows = new Map<string, Refused<Reason>>();
  return {
    count: (from, reason) => {
      const key = `${from} ${reason}`;
      const row = rows.get(key) ?? { from, reason, count: 0 };
      row.count += 1;
      rows.set(key, row);
    },
    of: (reason, from) =>
      [...rows.values()]
        .filter((row) => row.reason === reason && (from === undefined || row.from === from))
        .reduce((sum, { count }) => sum + count, 0),
    entries: () => [...rows.values()].map((row) => ({ ...row })),
  };
};
