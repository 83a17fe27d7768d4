// The run's PostgreSQL server, started again whenever it dies.
import { setTimeout as sleep } from "node:timers/promises";
import { InputError, rootMessage } from "@aibot/kit/errors";
import { type DatabaseParams, startDatabase } from "../../indexer/src/postgres.ts";
import { firstDelayMs, nextDelay } from "./restarts.ts";

const name = "database";
const maxFailedStarts = 5;

export type KeptDatabase = { url: string; stop: () => Promise<void> };

export type KeepDatabaseParams = DatabaseParams & {
  onRestart: (name: string, why: string) => void;
  onGivenUp: (name: string, sentence: string) => void;
};

export const keepDatabase = async ({ onRestart, onGivenUp, ...params }: KeepDatabaseParams): Promise<KeptDatabase> => {
  const first = await startDatabase(params);
  let current = Promise.resolve(first);
  let stopping = false;

  const keep = async () => {
    let [delayMs, failed] = [firstDelayMs, 0];
    while (!stopping) {
      const startedAt = performance.now();
      const database = await current.catch((error: unknown) => {
        failed += 1;
        if (error instanceof InputError || failed === maxFailedStarts) throw error;
        return undefined;
      });
      if (database !== undefined) {
        failed = 0;
        await database.ended;
        if (stopping) return;
        onRestart(name, "ended");
      }
      await sleep(delayMs);
      delayMs = nextDelay(delayMs, performance.now() - startedAt);
      if (!stopping) current = startDatabase(params);
    }
  };
  void keep().catch((error: unknown) => onGivenUp(name, rootMessage(error)));

  const stop = async () => {
    stopping = true;
    await current.then(
      (database) => database.stop(),
      () => undefined, // it is not running
    );
  };
  return { url: first.url, stop };
};
