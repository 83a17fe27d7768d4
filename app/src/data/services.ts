// What the app's own server says about the operator's services, without their addresses.
import { z } from "zod";

const kind = z.enum(["oracle", "ai-node", "keeper", "indexer", "graphql"]);

/** healthy, unhealthy: its own word. unreachable: nothing listens. silent: no answer in time. unreadable: no health. */
const status = z.enum(["healthy", "unhealthy", "unreachable", "silent", "unreadable"]);

const engine = z.object({
  name: z.string(),
  state: z.enum(["ready", "refused", "absent"]),
  reason: z.string().optional(),
});
const model = z.object({
  model: z.string(),
  one: z.string(), // engine of a single row
  many: z.string(), // engine of a large batch
  perSecond: z.object({ one: z.number(), many: z.number() }),
});

const figures = z.object({
  members: z.number().optional(), // oracle: nodes that are signers everywhere
  quorum: z.number().optional(),
  silentPeers: z.number().optional(),
  openRounds: z.number().optional(),
  sourceLagSeconds: z.number().optional(),
  engines: z.array(engine).optional(), // ai-node
  models: z.array(model).optional(),
  equalRounds: z.number().optional(),
  unequalRounds: z.number().optional(),
  pending: z.number().optional(), // keeper: transactions on their way
  alarms: z.number().optional(),
  height: z.number().optional(), // indexer
  head: z.number().optional(),
  lagBlocks: z.number().optional(),
  lagSeconds: z.number().optional(),
  finality: z.number().optional(), // blocks until one is final to the indexer
  chain: z.number().optional(),
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
