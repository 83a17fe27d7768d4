import { z } from "zod";
import { jsonSetting } from "./json-setting.ts";

const url = (protocols: string[]) =>
  z
    .string()
    .refine(
      (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
      `expected a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}`,
    );

/** One, or a list whose first is asked while it is well. */
const endpoints = (protocols: string[]) =>
  z.union([url(protocols), z.array(url(protocols)).min(1, "expected at least one URL")], "expected a URL or a list");

const chain = z.strictObject({
  id: z.number("expected a chain id").int().positive(),
  rpc: endpoints(["http:", "https:"]),
  ws: endpoints(["ws:", "wss:"]).optional(), // absent: new heads are polled
  maxLagBlocks: z.number().int().positive().optional(), // an endpoint further behind another is left out
  maxLagSeconds: z.number().positive().optional(), // and one that lacks for so long what another has
  deployment: z.string(), // path of the deployment file, see kit/src/deployment.ts
});

export type ChainSettings = z.infer<typeof chain>;

/** The `CHAINS` setting: a JSON list, one entry a chain, no id twice. */
export const chainsSchema = jsonSetting("expected a JSON list of chains").pipe(
  z
    .array(chain)
    .min(1, "expected at least one chain")
    .refine((chains) => new Set(chains.map(({ id }) => id)).size === chains.length, "one chain id appears twice"),
);
