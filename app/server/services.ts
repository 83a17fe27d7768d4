// Asks the operator's services how they are. What reaches a browser is names, states, their own sentences and figures
// that this file knows; never an address, a path or a key.
import { z } from "zod";
import type { Figures, Service, ServiceKind } from "../src/data/services.ts";
import { figuresOf } from "./figures.ts";

const kinds = ["oracle", "ai-node", "keeper", "indexer", "graphql"] as const satisfies readonly ServiceKind[];

const isLoopback = (url: string): boolean => {
  const { protocol, hostname } = URL.parse(url) ?? {};
  return protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(hostname ?? "");
};

export const servicesSchema = z
  .array(
    z.object({
      name: z.string().min(1).max(64),
      kind: z.enum(kinds),
      url: z.string().refine(isLoopback, "expected http on the loopback interface, like http://127.0.0.1:9101/health"),
    }),
  )
  .max(64);

export type ServiceSetting = z.infer<typeof servicesSchema>[number];

const TIMEOUT_MS = 1_000;
const FRESH_MS = 2_000;
const MOST_BYTES = 256 * 1024;
const MOST_REASONS = 8;
const MOST_CHARACTERS = 400;

const healthSchema = z.looseObject({ ok: z.boolean(), reasons: z.array(z.string()).default([]) });

/** A service's own sentence without what only its operator may know: addresses with their keys, paths, keys. */
export const shown = (sentence: string): string =>
  sentence
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s,;)"']+/gi, "[address]")
    .replace(/(^|[\s("'])\/[\w.-]+(\/[\w.-]+)+/g, "$1[path]")
    .replace(/\b0x[0-9a-f]{64}\b/gi, (hash) => `${hash.slice(0, 10)}…`)
    .slice(0, MOST_CHARACTERS);

/** An answer of a bounded size: whatever listens there may never stop talking. */
const bodyOf = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error("too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
};

const parse = (text: string): z.infer<typeof healthSchema> | undefined => {
  try {
    return healthSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

const NOTHING: Pick<Service, "reasons"> & { figures: Figures } = { reasons: [], figures: {} };

const ask = async ({ name, kind, url }: ServiceSetting): Promise<Service> => {
  let text: string;
  try {
    const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
    text = await bodyOf(response);
  } catch (error) {
    const isSlow = error instanceof Error && error.name === "TimeoutError";
    return { name, kind, status: isSlow ? "silent" : "unreachable", ...NOTHING };
  }
  const health = parse(text);
  if (health === undefined) return { name, kind, status: "unreadable", ...NOTHING };
  const reasons = health.reasons.slice(0, MOST_REASONS).map(shown);
  return { name, kind, status: health.ok ? "healthy" : "unhealthy", reasons, figures: figuresOf(kind, health, shown) };
};

export type Services = { read: () => Promise<Service[]> };

/** However many browsers ask, each service is asked at most once in FRESH_MS. */
export const createServices = (settings: readonly ServiceSetting[], now = () => performance.now()): Services => {
  let known: { at: number; services: Promise<Service[]> } | undefined;
  const read = () => {
    if (known === undefined || now() - known.at >= FRESH_MS)
      known = { at: now(), services: Promise.all(settings.map(ask)) };
    return known.services;
  };
  return { read };
};
