import { InputError, RetryableError } from "../errors.ts";
import type { Logger } from "./log.ts";

const GRACE_MS = 5_000;

export const EXIT_DO_NOT_RESTART = 1;
export const EXIT_RESTART = 75;

type StopFunction = () => void | Promise<void>;

export type Shutdown = {
  /** Aborts when the process is asked to stop; every loop, sleep and request takes it. */
  signal: AbortSignal;
  /** Registers what to do before the process exits; the last registered runs first. */
  onStop: (stop: StopFunction) => void;
};

export type ShutdownParams = { log: Logger; exitWithParent?: boolean };

/**
 * Stops the process gracefully on SIGINT, SIGTERM or, with `exitWithParent`, when stdin ends: a parent that holds
 * the other end of the pipe takes its children with it even when it is killed. The same signal again exits at once; a
 * different one does not, since a supervisor and a terminal may both ask.
 */
export const createShutdown = ({ log, exitWithParent = false }: ShutdownParams): Shutdown => {
  const controller = new AbortController();
  const stops: StopFunction[] = [];

  const reasons = new Set<string>();
  const stop = async (reason: string) => {
    if (reasons.has(reason)) process.exit(0);
    reasons.add(reason);
    if (reasons.size > 1) return;
    log.info({ reason }, "stopping");
    const deadline = setTimeout(() => {
      log.warn({ graceMs: GRACE_MS }, "still busy, exiting anyway");
      process.exit(0);
    }, GRACE_MS);
    controller.abort();
    for (const fn of stops.reverse()) {
      try {
        await fn();
      } catch (error) {
        log.warn({ error }, "could not stop cleanly");
      }
    }
    clearTimeout(deadline);
    log.info("stopped");
    process.exit(0);
  };

  process.on("SIGINT", () => void stop("SIGINT"));
  process.on("SIGTERM", () => void stop("SIGTERM"));
  if (exitWithParent) {
    // Only the end of the pipe matters; reading keeps it flowing so that the end is seen.
    process.stdin.resume();
    process.stdin.once("close", () => void stop("parent gone"));
    process.stdin.once("error", () => {}); // "close" follows
  }
  return { signal: controller.signal, onStop: (fn) => void stops.push(fn) };
};

const fail = (name: string, error: unknown): never => {
  if (error instanceof InputError) {
    process.stderr.write(`${name}: ${error.message}\n`);
    process.exit(EXIT_DO_NOT_RESTART);
  }
  if (error instanceof RetryableError) {
    process.stderr.write(`${name}: ${error.message}\n`);
    process.exit(EXIT_RESTART);
  }
  process.stderr.write(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(EXIT_RESTART);
};

/**
 * Runs a program: an `InputError` becomes its sentence and exit code 1, a `RetryableError` its sentence and 75, anything
 * unforeseen its stack and 75.
 */
export const run = async (name: string, main: () => Promise<void>): Promise<void> => {
  process.on("uncaughtException", (error) => fail(name, error));
  process.on("unhandledRejection", (error) => fail(name, error));
  try {
    await main();
  } catch (error) {
    fail(name, error);
  }
};
