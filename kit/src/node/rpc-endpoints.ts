// Which of a chain's endpoints to ask, and when to look at one that was left out. Pure; times are monotonic milliseconds.
import type { FailureReason } from "./rpc-failures.ts";

export type Endpoint = {
  condition: "well" | "lagging" | "sick" | "wrong chain";
  reason: FailureReason | undefined; // why it is not well
  strikes: number; // failed requests and probes since it last was well for a while
  probeAt: number; // when to look at it next
  head: bigint | undefined; // newest block it has shown
};

export type EndpointRules = {
  chainId: number;
  /** How often an endpoint that is well is compared with the others. */
  lookMs: number;
  /** First pause before a sick one is looked at; doubles with every further failure up to the last. */
  firstRetryMs: number;
  lastRetryMs: number;
  /** A head this many blocks behind the best one lags, … */
  maxLagBlocks: bigint;
  /** … and so does one that lacks a block which another showed so long ago. */
  maxLagMs: number;
};

export const defaultRules = {
  lookMs: 5_000,
  firstRetryMs: 500,
  lastRetryMs: 60_000,
  maxLagBlocks: 16n,
  maxLagMs: 20_000,
} as const satisfies Omit<EndpointRules, "chainId">;

export const newEndpoint = (now: number): Endpoint => ({
  condition: "well",
  reason: undefined,
  strikes: 0,
  probeAt: now,
  head: undefined,
});

const rank: Record<Endpoint["condition"], number> = { well: 0, lagging: 1, sick: 2, "wrong chain": 3 };

/**
 * Indexes in the order to try: the first that is well, in the order of the settings, then the others as a last resort.
 * One of another chain is never asked: a wrong answer is worse than none.
 */
export const inOrder = (endpoints: Endpoint[]): number[] =>
  endpoints
    .map(({ condition }, index) => ({ condition, index }))
    .filter(({ condition }) => condition !== "wrong chain")
    .sort((a, b) => rank[a.condition] - rank[b.condition]) // stable: equals keep the order of the settings
    .map(({ index }) => index);

/** A lone endpoint that is well needs no looking after: there is nothing to compare it with. */
export const isDue = (endpoint: Endpoint, { alone, now }: { alone: boolean; now: number }): boolean =>
  now >= endpoint.probeAt && !(alone && endpoint.condition === "well");

type FailureParams = { reason: FailureReason; retryAfterMs?: number | undefined; now: number; rules: EndpointRules };

export const afterFailure = (endpoint: Endpoint, { reason, retryAfterMs, now, rules }: FailureParams): Endpoint => {
  // Requests in flight together fail together: that is one failure.
  const isSameFailure = endpoint.condition === "sick" && now < endpoint.probeAt;
  const strikes = endpoint.strikes + (isSameFailure ? 0 : 1);
  const backOffMs = Math.min(rules.firstRetryMs * 2 ** Math.min(strikes - 1, 30), rules.lastRetryMs);
  const probeAt = isSameFailure ? endpoint.probeAt : now + Math.max(backOffMs, retryAfterMs ?? 0);
  return { ...endpoint, condition: "sick", reason, strikes, probeAt };
};

/** The best head at each time it rose, oldest first: what shows that another endpoint has stopped. */
export type BestHeads = { number: bigint; at: number }[];

/** Only the newest entry older than the limit is needed, and those after it. */
export const withHead = (best: BestHeads, number: bigint, { now, maxLagMs }: { now: number; maxLagMs: number }) => {
  const risen = (best.at(-1)?.number ?? -1n) < number ? [...best, { number, at: now }] : best;
  const firstNeeded = risen.findLastIndex(({ at }) => at <= now - maxLagMs);
  return risen.slice(Math.max(0, firstNeeded));
};

type LagParams = { head: bigint; others: bigint[]; best: BestHeads; now: number; rules: EndpointRules };

/** Whether a head is too far behind what the other endpoints show. */
export const isLagging = ({ head, others, best, now, rules }: LagParams): boolean => {
  const highest = others.reduce((max, other) => (other > max ? other : max), 0n);
  if (head + rules.maxLagBlocks < highest) return true;
  const old = best.findLast(({ at }) => at <= now - rules.maxLagMs)?.number ?? 0n;
  // A chain that was set back shows lower heads everywhere: what nobody has any more is nothing to wait for.
  return head < (old < highest ? old : highest);
};

export type Probe = { chainId: number; head: bigint };

type ProbeParams = { probe: Probe; lagging: boolean; now: number; rules: EndpointRules };

export const afterProbe = (endpoint: Endpoint, { probe, lagging, now, rules }: ProbeParams): Endpoint => {
  const looked = { ...endpoint, head: probe.head, probeAt: now + rules.lookMs };
  if (probe.chainId !== rules.chainId)
    return { ...looked, condition: "wrong chain", reason: "wrong chain", head: undefined };
  if (lagging) return { ...looked, condition: "lagging", reason: "lagging" };
  // One that fails again soon after is left out longer each time; one look in good health later it starts afresh.
  const strikes = endpoint.condition === "well" ? 0 : endpoint.strikes;
  return { ...looked, condition: "well", reason: undefined, strikes };
};
