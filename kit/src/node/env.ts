import { isAbsolute } from "node:path";
import type { Hex } from "viem";
import { z } from "zod";
import { InputError } from "../errors.ts";
import { chainsSchema } from "./chain-settings.ts";
import { logLevels } from "./log.ts";
import { isSecret, redactUrls } from "./redact.ts";

export const flag = z
  .enum(["0", "1"], "expected 0 or 1")
  .default("0")
  .transform((value) => value === "1");

export const port = z.coerce.number("expected a port number").int().min(0).max(65_535);

export const absolutePath = z.string().refine(isAbsolute, "expected an absolute path");

export const privateKey = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, "expected 0x and 64 hex digits")
  .transform((value) => value as Hex);

/** Settings every service has; spread them into the service's own schema and describe what is special there. */
export const serviceSettings = {
  CHAINS: chainsSchema.describe(
    'JSON list of chains: [{"id":31337,"rpc":"http://…","ws":"ws://…","deployment":"/…json"}]',
  ),
  STATE_DIR: absolutePath.describe("folder for this process's journals"),
  LOG_LEVEL: z.enum(logLevels).default("info").describe(logLevels.join(", ")),
  HTTP_PORT: port.default(0).describe("loopback port of /health and /metrics, 0 = none"),
  EXIT_WITH_PARENT: flag.describe("1 = stop when stdin ends"),
};

const shown = (name: string, value: string) => (isSecret(name) ? "[redacted]" : JSON.stringify(redactUrls(value)));

export const helpText = (schema: z.ZodObject, help: string): string => {
  const line = ([name, setting]: [string, z.core.$ZodType]) => {
    const optional = setting instanceof z.ZodDefault || setting instanceof z.ZodOptional;
    const wanted = z.safeParse(setting, undefined).success || optional ? "optional" : "required";
    return `  ${name.padEnd(18)} ${wanted}  ${(setting as z.ZodType).description ?? ""}`.trimEnd();
  };
  return `${help}\n\nSettings (environment variables):\n${Object.entries(schema.shape).map(line).join("\n")}\n`;
};

const sentence = (issue: z.core.$ZodIssue, env: NodeJS.ProcessEnv): string => {
  const name = String(issue.path[0] ?? "settings");
  const value = env[name];
  if (value === undefined || value === "") return `${name} is not set: ${issue.message}.`;
  const inside = issue.path.slice(1).join(".");
  return `${name}=${shown(name, value)} is invalid${inside === "" ? "" : ` at ${inside}`}: ${issue.message}.`;
};

/**
 * Reads settings from `env`; an empty value counts as absent. `--help` on the command line prints them instead.
 * A bad one throws an `InputError` that names it; its value is shown unless it is a secret.
 */
export const parseEnv = <Schema extends z.ZodObject>(
  schema: Schema,
  env: NodeJS.ProcessEnv,
  help: string,
): z.output<Schema> => {
  if (process.argv.includes("--help")) {
    process.stdout.write(helpText(schema, help));
    process.exit(0);
  }
  const given = Object.fromEntries(
    Object.keys(schema.shape).flatMap((name) =>
      env[name] === undefined || env[name] === "" ? [] : [[name, env[name]]],
    ),
  );
  const result = schema.safeParse(given);
  if (!result.success) {
    const problems = result.error.issues.map((issue) => sentence(issue, env)).join(" ");
    throw new InputError(`${problems} See --help.`);
  }
  return result.data;
};
