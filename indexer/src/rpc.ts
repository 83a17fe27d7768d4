// Questions to a chain's node. One that cannot be reached is asked until it answers; a refusal is an answer.
import { setTimeout as sleep } from "node:timers/promises";
import { BaseError, type PublicClient, RpcError, RpcRequestError } from "viem";
import type { Report } from "./faults.ts";

/** Answers are undefined where the node refuses, null where it does not know what was asked for. */
export type Rpc = { ask<T>(method: string, params: unknown[]): Promise<T | null | undefined> };

/** Sends one request. Throws when nothing answers, or a refusal of viem's. */
export type Request = (request: { method: string; params: unknown[] }) => Promise<unknown>;

export const requestOf =
  (client: PublicClient): Request =>
  (request) =>
    client.request(request as never, { retryCount: 0 });

const pausesMs = [50, 200, 1_000, 3_000];

const isRefusal = (error: unknown): boolean =>
  error instanceof BaseError &&
  error.walk((cause) => cause instanceof RpcRequestError || cause instanceof RpcError) !== null;

export type RpcParams = { request: Request; report: Report; signal: AbortSignal };

/** Rejects only when `signal` is aborted while nothing answers. */
export const createRpc = ({ request, report, signal }: RpcParams): Rpc => ({
  async ask<T>(method: string, params: unknown[]) {
    for (let attempt = 0; ; attempt++) {
      signal.throwIfAborted();
      try {
        return (await request({ method, params })) as T;
      } catch (error) {
        if (isRefusal(error)) return undefined;
        report("unreachable");
        await sleep(pausesMs[Math.min(attempt, pausesMs.length - 1)], undefined, { signal });
      }
    }
  },
});
