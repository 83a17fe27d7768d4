// The only reader of the environment.
import { helpText, parseEnv, port, privateKey, serviceSettings } from "@aibot/kit/node/env";
import { z } from "zod";
import { gpuChoices } from "./engines/gpu.ts";

const { CHAINS, LOG_LEVEL, STATE_DIR, HTTP_PORT, EXIT_WITH_PARENT } = serviceSettings;

export const runSettings = z.object({
  CHAINS,
  LOG_LEVEL,
  HTTP_PORT,
  EXIT_WITH_PARENT,
  API_PORT: port.default(0).describe("loopback port of the inference API, 0 = none"),
  GPU: z
    .enum(gpuChoices)
    .default("auto")
    .describe("auto = a GPU where there is one, software = SwiftShader for tests, off = none"),
});

export const registerSettings = z.object({
  CHAINS,
  LOG_LEVEL,
  STATE_DIR,
  PRIVATE_KEY: privateKey.describe("account that registers the model and pays for it"),
});

export const verifySettings = z.object({ CHAINS });

export const readSettings = <Schema extends z.ZodObject>(schema: Schema): z.output<Schema> =>
  parseEnv(schema, process.env, "");

/** The settings of a command, for its --help. */
export const settingsHelp = (schema: z.ZodObject): string => helpText(schema, "");
