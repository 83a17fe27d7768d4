// The figures of each kind of service that a page shows; whatever else /health says stays here.
import { z } from "zod";
import type { Figures, ServiceKind } from "../src/data/services.ts";

type Shown = (sentence: string) => string;

const count = z.coerce.number().int(); // bigints travel as text

const oracle = z
  .object({
    members: count,
    quorum: count,
    peers: z.array(z.looseObject({ silentSince: z.string().optional() })),
    openRounds: z.array(z.unknown()),
    source: z.looseObject({ lagSeconds: count }),
  })
  .transform(({ members, quorum, peers, openRounds, source }) => ({
    members,
    quorum,
    silentPeers: peers.filter(({ silentSince }) => silentSince !== undefined).length,
    openRounds: openRounds.length,
    sourceLagSeconds: source.lagSeconds,
  }));

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

const aiNode = (shown: Shown) =>
  z
    .object({
      chains: z.array(z.looseObject({ feeds: z.array(z.looseObject({ equal: count, unequal: count })) })),
      engines: z.array(
        z
          .object({ name: z.string(), state: z.enum(["ready", "refused", "absent"]), reason: z.string().optional() })
          .transform(({ name, state, reason }) => ({
            name,
            state,
            ...(reason !== undefined && { reason: shown(reason) }),
          })),
      ),
      models: z.array(
        z.object({
          model: z.string(),
          one: z.string(),
          many: z.string(),
          perSecond: z.object({ one: count, many: count }),
        }),
      ),
    })
    .transform(({ chains, engines, models }) => {
      const feeds = chains.flatMap((chain) => chain.feeds);
      return {
        engines,
        models,
        equalRounds: sum(feeds.map(({ equal }) => equal)),
        unequalRounds: sum(feeds.map(({ unequal }) => unequal)),
      };
    });

const keeper = z
  .object({
    chains: z.array(z.looseObject({ alarms: z.array(z.unknown()), transactions: z.looseObject({ pending: count }) })),
  })
  .transform(({ chains }) => ({
    pending: sum(chains.map(({ transactions }) => transactions.pending)),
    alarms: sum(chains.map(({ alarms }) => alarms.length)),
  }));

const indexer = z.object({
  chain: count,
  finality: count,
  height: count,
  head: count,
  lagBlocks: count,
  lagSeconds: count,
});

const readerOf = (kind: ServiceKind, shown: Shown): z.ZodType<Figures> | undefined => {
  switch (kind) {
    case "oracle":
      return oracle;
    case "ai-node":
      return aiNode(shown);
    case "keeper":
      return keeper;
    case "indexer":
      return indexer;
    case "graphql":
      return undefined; // says no more than whether its database answers
  }
};

/** A service that is still starting has no figures yet, and one of another version may have others. */
export const figuresOf = (kind: ServiceKind, health: object, shown: Shown): Figures =>
  readerOf(kind, shown)?.safeParse(health).data ?? {};
