// The first connection of a process, and how to tell that the database is away.
import { RetryableError, rootMessage } from "@aibot/kit/errors";
import { Pool, type PoolConfig } from "pg";

const timeoutMs = 10_000;

/** Host, port and name: never the password. */
export const shownDatabase = (dbUrl: string): string => {
  const { host, pathname } = new URL(dbUrl);
  return `${host}${pathname}`;
};

/** Codes of PostgreSQL and of sockets that say that the database is away. */
const awayCodes = /^(08...|57P0[1-3]|ECONN(REFUSED|RESET)|EPIPE|ETIMEDOUT|ENOTFOUND)$/;
const awayMessages =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/;

export const isDatabaseAway = (error: unknown): boolean => {
  const { code = "", message = "" } = (error ?? {}) as { code?: string; message?: string };
  return awayCodes.test(code) || awayMessages.test(message);
};

/**
 * Connections that may break at any time without taking the process along: also one that is ending, which `end()` of the
 * pool does not wait for, while the server goes. Whoever uses a broken one hears of it.
 */
export const openPool = (config: PoolConfig): Pool => {
  const pool = new Pool(config);
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
};

/** Does `work` on a pool of its own. A database that does not answer is one that may come back. */
export const connectFirst = async <T>(dbUrl: string, work: (pool: Pool) => Promise<T>): Promise<T> => {
  const pool = openPool({ connectionString: dbUrl, max: 1, connectionTimeoutMillis: timeoutMs });
  try {
    await pool.query("SELECT 1").catch((error: Error) => {
      throw new RetryableError(
        `The database ${shownDatabase(dbUrl)} does not answer (${rootMessage(error)}); start it or correct DB_URL.`,
        { cause: error },
      );
    });
    return await work(pool);
  } finally {
    await pool.end();
  }
};
