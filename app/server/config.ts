import { InputError } from "@aibot/kit/errors";
import { flag, parseEnv, port } from "@aibot/kit/node/env";
import { logLevels } from "@aibot/kit/node/log";
import { z } from "zod";
import { configSchema } from "../src/config.ts";

const json = z.string("expected JSON").transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: "custom", message: "expected JSON" });
    return z.NEVER;
  }
});

const schema = z.object({
  PORT: port.describe("loopback port to serve on, 0 = any free one"),
  CONFIG: json
    .pipe(configSchema)
    .describe(
      'what /config.json says: {"chains":[{"id":31337,"rpc":"http://…","deployment":{…}}],"graphql":"http://…"}',
    ),
  LOG_LEVEL: z.enum(logLevels).default("info").describe(logLevels.join(", ")),
  EXIT_WITH_PARENT: flag.describe("1 = stop when stdin ends"),
});

export type ServerConfig = z.infer<typeof schema>;

export const parseConfig = (env: NodeJS.ProcessEnv): ServerConfig => {
  const config = parseEnv(schema, env, "Serves the built app on 127.0.0.1.");
  const chain = config.CONFIG.chains.find(({ id, deployment }) => id !== deployment.chainId);
  if (chain !== undefined) {
    throw new InputError(
      `CONFIG: chain ${chain.id} carries the deployment of chain ${chain.deployment.chainId}; give it its own.`,
    );
  }
  return config;
};
