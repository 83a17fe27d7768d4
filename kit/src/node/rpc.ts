// The JSON-RPC transport of a chain with one endpoint or several.
import { createTransport, type Transport } from "viem";
import { InputError, RetryableError, rootMessage } from "../errors.ts";
import type { Logger } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import {
  afterFailure,
  afterProbe,
  type BestHeads,
  defaultRules,
  type Endpoint,
  type EndpointRules,
  inOrder,
  isDue,
  isLagging,
  newEndpoint,
  type Probe,
  withHead,
} from "./rpc-endpoints.ts";
import { type FailureReason, judgeFailure } from "./rpc-failures.ts";
import { type Call, createSend, nameEndpoints, probeEndpoint, readChainId, type Send } from "./rpc-send.ts";

const LONE_TIMEOUT_MS = 10_000;
const TIMEOUT_MS = 5_000; // where another endpoint waits to be asked
const RETRIES = 2;

export type RpcParams = {
  chainId: number;
  urls: string[]; // the first is the primary
  log?: Logger | undefined;
  metrics?: Metrics | undefined;
  rules?: Partial<Omit<EndpointRules, "chainId">> | undefined;
  timeoutMs?: number | undefined;
};

export type EndpointStatus = Pick<Endpoint, "condition" | "reason" | "head"> & { endpoint: string };

export type Rpc = {
  transport: Transport;
  /** At start: throws a sentence when an endpoint is of another chain or when none answers. */
  check: () => Promise<void>;
  status: () => EndpointStatus[];
};

const createMeters = (metrics: Metrics, chainId: number) => {
  const chain = String(chainId);
  const requests = metrics.counter("rpc_requests_total", "Requests sent, by endpoint.");
  const failures = metrics.counter("rpc_failures_total", "Requests and looks that failed, by endpoint and reason.");
  const up = metrics.gauge("rpc_endpoint_up", "1 = asked, 0 = left out.");
  const head = metrics.gauge("rpc_endpoint_head", "Newest block that the endpoint has shown.");
  return {
    request: (endpoint: string) => requests.inc({ chain, endpoint }),
    failure: (endpoint: string, reason: FailureReason) => failures.inc({ chain, endpoint, reason }),
    state: (endpoint: string, state: Endpoint) => {
      up.set(state.condition === "well" ? 1 : 0, { chain, endpoint });
      if (state.head !== undefined) head.set(Number(state.head), { chain, endpoint });
    },
  };
};

/** What is known of each endpoint, told to log and metrics when it changes. */
const createBook = ({ chainId, urls, log, metrics = createMetrics(), rules: given }: RpcParams) => {
  const rules = { ...defaultRules, ...given, chainId };
  const meters = createMeters(metrics, chainId);
  const entries = nameEndpoints(urls).map((name) => ({ name, state: newEndpoint(performance.now()) }));
  let best: BestHeads = [];
  const entry = (index: number) => entries[index] as (typeof entries)[number];
  for (const { name, state } of entries) meters.state(name, state);

  const become = (index: number, next: Endpoint): void => {
    const { name, state } = entry(index);
    entry(index).state = next;
    meters.state(name, next);
    if (state.condition === next.condition) return;
    const fields = { chain: chainId, endpoint: name, reason: next.reason, head: next.head };
    if (next.condition === "well") log?.info(fields, "RPC endpoint is well again");
    else log?.warn(fields, "RPC endpoint is left out");
  };

  return {
    name: (index: number) => entry(index).name,
    order: () => inOrder(entries.map(({ state }) => state)),
    due: () => {
      const now = performance.now();
      return entries.flatMap(({ state }, index) => (isDue(state, { alone: urls.length === 1, now }) ? [index] : []));
    },
    asked: (index: number) => meters.request(entry(index).name),
    /** Counts the failure of one request; the endpoint stays in use. */
    missed: (index: number, reason: FailureReason) => meters.failure(entry(index).name, reason),
    failed: (index: number, reason: FailureReason, retryAfterMs?: number) => {
      meters.failure(entry(index).name, reason);
      become(index, afterFailure(entry(index).state, { reason, retryAfterMs, now: performance.now(), rules }));
    },
    looked: (index: number, probe: Probe) => {
      const now = performance.now();
      const others = entries.flatMap(({ state: { head } }, i) => (i === index || head === undefined ? [] : [head]));
      const isOurs = probe.chainId === chainId;
      if (isOurs) best = withHead(best, probe.head, { now, maxLagMs: rules.maxLagMs });
      const lagging = isOurs && isLagging({ head: probe.head, others, best, now, rules });
      const next = afterProbe(entry(index).state, { probe, lagging, now, rules });
      if (next.reason !== undefined) meters.failure(entry(index).name, next.reason);
      become(index, next);
    },
    status: (): EndpointStatus[] =>
      entries.map(({ name, state: { condition, reason, head } }) => ({ endpoint: name, condition, reason, head })),
  };
};

type Book = ReturnType<typeof createBook>;

/** Starts a look at every endpoint that is due for one, and does not wait for it. */
const createLooks = (book: Book, sends: Send[]) => {
  const looking = new Set<number>();
  const look = async (index: number) => {
    try {
      book.looked(index, await probeEndpoint(sends[index] as Send));
    } catch (error) {
      const verdict = judgeFailure(error, Date.now());
      // One that answers such simple questions with an error of its own is not fit either.
      if (verdict.kind === "sick") book.failed(index, verdict.reason, verdict.retryAfterMs);
      else book.failed(index, verdict.kind === "answer" ? "garbage" : verdict.reason);
    }
    looking.delete(index);
  };
  return () => {
    for (const index of book.due()) {
      if (looking.has(index)) continue;
      looking.add(index);
      void look(index);
    }
  };
};

type CheckParams = RpcParams & { book: Book; sends: Send[] };

const checkAtStart = async ({ chainId, book, sends }: CheckParams): Promise<void> => {
  const answers = await Promise.allSettled(sends.map((send) => readChainId(send, { timeoutMs: LONE_TIMEOUT_MS })));
  const problems = answers.flatMap((answer, index) => {
    if (answer.status === "rejected") {
      const verdict = judgeFailure(answer.reason, Date.now());
      const reason = verdict.kind === "answer" ? "garbage" : verdict.reason;
      book.failed(index, reason);
      return [{ reason, text: `${book.name(index)}, which does not answer (${rootMessage(answer.reason)})` }];
    }
    if (answer.value === chainId) return [];
    throw new InputError(
      `${book.name(index)} is chain ${answer.value}, but CHAINS says ${chainId}; correct the id or the URL.`,
    );
  });
  if (problems.length < sends.length) return;
  const remedy = sends.length === 1 ? "start the node or correct the URL" : "start a node or correct the URLs";
  const sentence = `CHAINS names ${problems.map(({ text }) => text).join(", and ")}; ${remedy}.`;
  // What only a person can correct must not be tried again and again; a node that is down may come up by itself.
  const isWrong = problems.every(({ reason }) => reason === "garbage" || reason === "refused");
  throw isWrong ? new InputError(sentence) : new RetryableError(sentence);
};

/**
 * Requests go to the first endpoint that is well, and on to the next when it fails in any way but with the chain's own
 * word. Looks at the endpoints are started by requests: an idle process is quiet, and nothing has to be stopped.
 */
export const createRpc = (params: RpcParams): Rpc => {
  const { chainId, urls } = params;
  const timeoutMs = params.timeoutMs ?? (urls.length === 1 ? LONE_TIMEOUT_MS : TIMEOUT_MS);
  const book = createBook(params);
  const sends = urls.map(createSend);
  const lookWhereDue = createLooks(book, sends);

  const request = async (call: Call, options?: { signal?: AbortSignal | undefined }): Promise<unknown> => {
    lookWhereDue();
    const failures: unknown[] = [];
    for (const index of book.order()) {
      try {
        book.asked(index);
        return await (sends[index] as Send)(call, { timeoutMs, signal: options?.signal });
      } catch (error) {
        options?.signal?.throwIfAborted();
        const verdict = judgeFailure(error, Date.now());
        if (verdict.kind === "answer") throw error;
        if (verdict.kind === "sick") book.failed(index, verdict.reason, verdict.retryAfterMs);
        else book.missed(index, verdict.reason);
        failures.push(error);
      }
    }
    throw failures[0] ?? new Error(`no endpoint of chain ${chainId} is left: each answers for another chain`);
  };

  const transport: Transport = ({ retryCount = RETRIES }) =>
    createTransport({ key: "rpc", name: "JSON-RPC with failover", type: "rpc", request: request as never, retryCount });
  return { transport, check: () => checkAtStart({ ...params, book, sends }), status: book.status };
};
