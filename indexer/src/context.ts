// What one request reads through: its queries share a snapshot, its subscriptions follow the commits.
import type { OpenreaderContext } from "@subsquid/openreader/lib/context.js";
import { PoolOpenreaderContext } from "@subsquid/openreader/lib/db.js";
import type { Query } from "@subsquid/openreader/lib/sql/query.js";
import type { Pool } from "pg";
import { createCostLimit } from "./cost.ts";
import { isDatabaseAway } from "./database.ts";
import type { Live } from "./live.ts";
import type { Refuse } from "./refusals.ts";

export type Context = { openreader: OpenreaderContext; refuse: Refuse; close(): Promise<void> };

export type ContextParams = { pool: Pool; live: Live; refuse: Refuse; maxCost: number; maxSubscriptions: number };

const statementTimeout = "57014";

export const createContext = ({ pool, live, refuse, maxCost, maxSubscriptions }: ContextParams): Context => {
  const reader = new PoolOpenreaderContext("postgres", pool);
  const cost = createCostLimit(maxCost, refuse);
  let last: Promise<unknown> = Promise.resolve();

  const explain = (error: unknown): never => {
    if (isDatabaseAway(error)) throw refuse("DATABASE_UNAVAILABLE", "The database does not answer; ask again.");
    if ((error as { code?: string }).code === statementTimeout)
      throw refuse("TOO_SLOW", "The database took too long for this query; ask for fewer rows.");
    throw error;
  };

  return {
    refuse,
    openreader: {
      id: reader.id,
      dbType: "postgres",
      // One after the other: a request has one connection, and its driver takes one query at a time.
      executeQuery: <T>(query: Query<T>) => {
        const answer = last.then(() => {
          const refused = cost.passed();
          if (refused !== undefined) throw refused; // another part of the request costs too much
          return reader.executeQuery(query).catch(explain);
        });
        last = answer.catch(() => {}); // its own caller hears of it
        return answer;
      },
      subscription: (query) => {
        if (live.readers() < maxSubscriptions) return live.query(query as never);
        throw refuse(
          "TOO_MANY_SUBSCRIPTIONS",
          `There are ${live.readers()} subscriptions; at most ${maxSubscriptions} are allowed. Come back later.`,
        );
      },
      responseSizeLimit: cost,
      subscriptionResponseSizeLimit: cost,
    },
    close: () => reader.close().catch(explain),
  };
};
