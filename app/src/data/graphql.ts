import { createClient } from "graphql-ws";
import { z } from "zod";

const TIMEOUT_MS = 15_000;

export type Request<T> = { query: string; variables?: Record<string, unknown>; schema: z.ZodType<T> };

/** What every page reads from. */
export type Graphql = {
  fetch: <T>(request: Request<T>, signal: AbortSignal) => Promise<T>;
  subscribe: <T>(request: Request<T>, listener: SubscriptionListener<T>) => () => void;
};

export type SubscriptionListener<T> = { next: (data: T) => void; connected: (isConnected: boolean) => void };

const answerSchema = z.object({
  data: z.unknown().optional(), // absent where the query itself was refused
  errors: z.array(z.object({ message: z.string() })).optional(),
});

const read = <T>(body: unknown, schema: z.ZodType<T>): T => {
  const answer = answerSchema.parse(body);
  const [error] = answer.errors ?? [];
  if (error !== undefined) throw new Error(`The indexer refused the query: ${error.message}`);
  const parsed = schema.safeParse(answer.data);
  if (!parsed.success) throw new Error(`The indexer's answer is not as expected: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
};

const post = async (url: string, body: unknown, signal: AbortSignal): Promise<unknown> => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  return response.json();
};

export const createGraphql = (url: string): Graphql => ({
  fetch: async ({ query, variables, schema }, signal) => read(await post(url, { query, variables }, signal), schema),

  subscribe: ({ query, variables, schema }, listener) => {
    const client = createClient({
      url: url.replace(/^http/, "ws"),
      lazy: false,
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true,
      retryWait: (retries) => new Promise((resolve) => setTimeout(resolve, Math.min(500 * 2 ** retries, 5_000))),
      onNonLazyError: () => listener.connected(false),
      on: { connected: () => listener.connected(true), closed: () => listener.connected(false) },
    });
    const stop = client.subscribe(
      { query, variables: variables ?? {} },
      {
        next: (answer) => listener.next(read(answer, schema)),
        error: () => listener.connected(false),
        complete: () => undefined,
      },
    );
    return () => {
      stop();
      void client.dispose();
    };
  },
});
