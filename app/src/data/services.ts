// What the app's own server says about the operator's services, without their addresses.
import * as z from "zod/mini";

const kind = z.enum(["oracle", "ai-node", "keeper", "indexer", "graphql"]);

/** healthy, unhealthy: its own word. unreachable: nothing listens. silent: no answer in time. unreadable: no health. */
const status = z.enum(["healthy", "unhealthy", "unreachable", "silent", "unreadable"]);

const engine = z.object({
  name: z.string(),
  state: z.enum(["ready", "refused", "absent"]),
  reason: z.optional(z.string()),
});
const model = z.object({
  model: z.string(),
  one: z.string(), // engine of a single row
  many: z.string(), // engine of a large batch
  perSecond: z.object({ one: z.number(), many: z.number() }),
});

const figures = z.object({
  members: z.optional(z.number()), // oracle: nodes that are signers everywhere
  quorum: z.optional(z.number()),
  silentPeers: z.optional(z.number()),
  openRounds: z.optional(z.number()),
  sourceLagSeconds: z.optional(z.number()),
  engines: z.optional(z.array(engine)), // ai-node
  models: z.optional(z.array(model)),
  equalRounds: z.optional(z.number()),
  unequalRounds: z.optional(z.number()),
  pending: z.optional(z.number()), // keeper: transactions on their way
  alarms: z.optional(z.number()),
  height: z.optional(z.number()), // indexer
  head: z.optional(z.number()),
  lagBlocks: z.optional(z.number()),
  lagSeconds: z.optional(z.number()),
  finality: z.optional(z.number()), // blocks until one is final to the indexer
  chain: z.optional(z.number()),
});

const service = z.object({ name: z.string(), kind, status, reasons: z.array(z.string()), figures });
const answerSchema = z.object({ services: z.array(service) });

export type ServiceKind = z.infer<typeof kind>;
export type Figures = z.infer<typeof figures>;
export type Service = z.infer<typeof service>;

/** Empty where the operator names none, or another server serves the page. */
export const readServices = async (signal: AbortSignal): Promise<Service[]> => {
  const response = await fetch("/services.json", { signal });
  if (response.status === 404) return [];
  return answerSchema.parse(await response.json()).services;
};
