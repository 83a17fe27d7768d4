import { parseEnv, privateKey, serviceSettings } from "@aibot/kit/node/env";
import { z } from "zod";

const HELP = `Keeps rounds, auctions and pools moving: publishes forecasts, opens and fills vault auctions, settles requested
exits, and moves Uniswap pools to the protocol's price. Any number of keepers may run beside each other, each with its own key.`;

const schema = z.object({
  ...serviceSettings,
  PRIVATE_KEY: privateKey.describe("signs transactions; must own the PoolFiller to trade"),
  MIN_PROFIT: z
    .string()
    .regex(/^\d+(\.\d+)?$/, "expected an amount such as 0.01")
    .default("0.01")
    .describe("least profit of a fill or an arbitrage, in the base asset; default 0.01"),
  MAX_PRICE_AGE: z.coerce
    .number("expected seconds")
    .int()
    .positive()
    .default(600)
    .describe("oldest price to arbitrage a pool to, in seconds of chain time; default 600"),
});

export type Config = z.infer<typeof schema>;

export const parseConfig = (env: NodeJS.ProcessEnv): Config => parseEnv(schema, env, HELP);
