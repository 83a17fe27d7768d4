import { port, serviceSettings } from "@aibot/kit/node/env";
import { jsonSetting } from "@aibot/kit/node/json-setting";
import { z } from "zod";
import { configSchema } from "../src/config.ts";
import { servicesSchema } from "./services.ts";

const { LOG_LEVEL, HTTP_PORT, EXIT_WITH_PARENT } = serviceSettings;

export const settings = z.object({
  PORT: port.describe("loopback port to serve on, 0 = any free one"),
  CONFIG: jsonSetting()
    .pipe(configSchema)
    .refine(
      ({ chains }) => chains.every(({ id, deployment }) => id === deployment.chainId),
      "a chain carries the deployment of another chain; give it its own",
    )
    .describe(
      'what /config.json says: {"chains":[{"id":31337,"rpc":"http://…","deployment":{…}}],"graphql":"http://…"}',
    ),
  SERVICES: jsonSetting()
    .pipe(servicesSchema)
    .prefault("[]")
    .describe(
      'whose health the network page shows: [{"name":"keeper","kind":"keeper","url":"http://127.0.0.1:9101/health"}], of kind oracle, ai-node, keeper, indexer or graphql',
    ),
  LOG_LEVEL,
  HTTP_PORT,
  EXIT_WITH_PARENT,
});
