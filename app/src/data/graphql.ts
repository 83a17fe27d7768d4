import type { Client } from "graphql-ws";
import * as z from "zod/mini";
import { ask, ReadError, readJson } from "./read-error.ts";

const TIMEOUT_MS = 15_000;
const ALIVE_MS = 10_000; // a line that was cut without a word is noticed after this, twice at most
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

export type Request<T> = { query: string; variables?: Record<string, unknown>; schema: z.ZodMiniType<T> };

/** What every page reads from. */
export type Graphql = {
  fetch: <T>(request: Request<T>, signal: AbortSignal) => Promise<T>;
  subscribe: <T>(request: Request<T>, listener: SubscriptionListener<T>) => () => void;
};

export type SubscriptionListener<T> = { next: (data: T) => void; connected: (isConnected: boolean) => void };

const answerSchema = z.object({
  data: z.optional(z.unknown()), // absent where the query itself was refused
  errors: z.optional(z.array(z.object({ message: z.string() }))),
});

const read = <T>(body: unknown, schema: z.ZodMiniType<T>, source: string): T => {
  const answer = answerSchema.safeParse(body);
  if (!answer.success) throw new ReadError({ kind: "unexpected", source, detail: z.prettifyError(answer.error) });
  const [error] = answer.data.errors ?? [];
  if (error !== undefined) throw new ReadError({ kind: "refused", source, detail: error.message });
  const parsed = schema.safeParse(answer.data.data);
  if (!parsed.success) throw new ReadError({ kind: "unexpected", source, detail: z.prettifyError(parsed.error) });
  return parsed.data;
};

const post = async (url: string, body: unknown, signal: AbortSignal): Promise<unknown> => {
  const headers = { "content-type": "application/json" };
  const init = { method: "POST", headers, body: JSON.stringify(body), signal };
  return readJson(await ask(url, init, TIMEOUT_MS), url);
};

/** Waits longer after each failure, but not a moment longer than the browser says that it is offline. */
const waitToRetry = (retries: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, Math.min(FIRST_WAIT_MS * 2 ** retries, LONGEST_WAIT_MS));
    window.addEventListener("online", () => resolve(), { once: true });
  });

type Connected = (isConnected: boolean) => void;

/** The WebSocket's code comes after the first view, which does not wait for it. */
const connect = async (url: string, connected: Connected): Promise<Client> => {
  const { createClient } = await import("graphql-ws");
  let pong: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: url.replace(/^http/, "ws"),
    lazy: false,
    keepAlive: ALIVE_MS,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: waitToRetry,
    onNonLazyError: () => connected(false),
    on: {
      connected: () => connected(true),
      closed: () => {
        clearTimeout(pong);
        connected(false);
      },
      ping: (isReceived) => {
        if (!isReceived) pong = setTimeout(() => client.terminate(), ALIVE_MS);
      },
      pong: (isReceived) => {
        if (isReceived) clearTimeout(pong);
      },
    },
  });
  return client;
};

export const createGraphql = (url: string): Graphql => ({
  fetch: async ({ query, variables, schema }, signal) =>
    read(await post(url, { query, variables }, signal), schema, url),

  subscribe: ({ query, variables, schema }, { next, connected }) => {
    let isStopped = false;
    let client: Client | undefined;
    const start = async () => {
      client = await connect(url, (isConnected) => isStopped || connected(isConnected));
      if (isStopped) return void client.dispose();
      client.subscribe(
        { query, variables: variables ?? {} },
        {
          next: (answer) => next(read(answer, schema, url)),
          error: () => connected(false),
          complete: () => undefined,
        },
      );
    };
    start().catch(() => connected(false)); // its code could not be loaded
    return () => {
      isStopped = true;
      void client?.dispose();
    };
  },
});
