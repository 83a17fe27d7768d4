// Work that can wait, one piece after the other, so that none keeps the page from answering.

const MOST_MS = 500; // a turn comes even where there is no rest

const waiting = new Set<() => void>();
let isAsked = false;

const ask = (): void => {
  if (isAsked || waiting.size === 0) return;
  isAsked = true;
  if ("requestIdleCallback" in globalThis) requestIdleCallback(give, { timeout: MOST_MS });
  else setTimeout(give); // Safari
};

const give = (): void => {
  isAsked = false;
  const [first] = waiting;
  if (first === undefined) return;
  waiting.delete(first);
  ask(); // before: one that fails takes no other along
  first();
};

/** Calls `begin` when the browser has nothing else to do and everybody before had their turn; returns how to leave. */
export const whenFree = (begin: () => void): (() => void) => {
  waiting.add(begin);
  ask();
  return () => waiting.delete(begin);
};
