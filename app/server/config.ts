import { port, serviceSettings } from "@aibot/kit/node/env";
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

const { LOG_LEVEL, HTTP_PORT, EXIT_WITH_PARENT } = serviceSettings;

export const settings = z.object({
  PORT: port.describe("loopback port to serve on, 0 = any free one"),
  CONFIG: json
    .pipe(configSchema)
    .refine(
      ({ chains }) => chains.every(({ id, deployment }) => id === deployment.chainId),
      "a chain carries the deployment of another chain; give it its own",
    )
    .describe(
      'what /config.json says: {"chains":[{"id":31337,"rpc":"http://…","deployment":{…}}],"graphql":"http://…"}',
    ),
  LOG_LEVEL,
  HTTP_PORT,
  EXIT_WITH_PARENT,
});
