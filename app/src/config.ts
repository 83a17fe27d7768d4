import { deploymentSchema } from "@aibot/kit/deployment";
import * as z from "zod/mini";
import { ask, ReadError, readJson } from "./data/read-error.ts";

const url = z.string().check(z.regex(/^https?:\/\//, "expected an http address"));

const key = z.pipe(
  z.string().check(z.regex(/^0x[0-9a-fA-F]{64}$/, "expected a 32-byte key")),
  z.transform((value) => value as `0x${string}`),
);

const chain = z.object({
  id: z.int().check(z.positive()),
  rpc: url,
  explorer: z.optional(url), // without one, pages of this app explain transactions, blocks and addresses
  deployment: deploymentSchema,
});

export const configSchema = z.object({
  chains: z.array(chain).check(z.minLength(1)),
  graphql: url,
  replay: z.optional(url), // present on the local chain: lets a review hold market time
  demoKey: z.optional(key), // present on the local chain: the key of the demo wallet
});

export type Config = z.infer<typeof configSchema>;
export type ChainConfig = Config["chains"][number];
export type VaultConfig = ChainConfig["deployment"]["vaults"][number];
export type MarketConfig = ChainConfig["deployment"]["markets"][number];

const PATH = "/config.json";
const TIMEOUT_MS = 10_000;

/** Where this page's data comes from; the server that serves the page writes it. */
export const loadConfig = async (signal: AbortSignal): Promise<Config> => {
  const response = await ask(PATH, { signal }, TIMEOUT_MS);
  if (!response.ok) throw new ReadError({ kind: "refused", source: PATH, detail: `HTTP ${response.status}` });
  const parsed = configSchema.safeParse(await readJson(response, PATH));
  if (!parsed.success) throw new ReadError({ kind: "unexpected", source: PATH, detail: z.prettifyError(parsed.error) });
  return parsed.data;
};
