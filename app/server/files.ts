// The built files in memory, each with what a request for it is answered with.
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { ENCODINGS } from "./compress.ts";
import { WORKER_POLICY } from "./policy.ts";

export type ServedFile = {
  type: string;
  etag: string;
  bodies: { encoding: string | undefined; body: Buffer }[]; // best first, the plain one last
  headers: Record<string, string>;
};

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".wasm": "application/wasm",
};

const FOREVER = "public, max-age=31536000, immutable"; // a file under /assets/ has its hash in its name
const isCopy = (path: string): boolean => ENCODINGS.some(({ suffix }) => path.endsWith(suffix));

const headersOf = (path: string): Record<string, string> => ({
  "cache-control": path.startsWith("/assets/") ? FOREVER : "no-cache",
  ...(path === "/sw.js" ? { "content-security-policy": WORKER_POLICY } : {}),
});

const fileOf = (path: string, body: Buffer, all: Map<string, Buffer>): ServedFile => ({
  type: TYPES[extname(path)] ?? "application/octet-stream",
  etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 16)}"`,
  bodies: [
    ...ENCODINGS.flatMap(({ encoding, suffix }) => {
      const copy = all.get(path + suffix);
      return copy === undefined ? [] : [{ encoding, body: copy }];
    }),
    { encoding: undefined, body },
  ],
  headers: headersOf(path),
});

/** The whole build is a few megabytes: it is read once, so that a request can name no other file. */
export const readFiles = async (dist: string): Promise<Map<string, ServedFile>> => {
  const entries = await readdir(dist, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const nameOf = (path: string) => `/${path.slice(dist.length + 1).replaceAll(sep, "/")}`;
  const all = new Map(await Promise.all(paths.map(async (path) => [nameOf(path), await readFile(path)] as const)));
  return new Map(
    [...all].filter(([path]) => !isCopy(path)).map(([path, body]) => [path, fileOf(path, body, all)] as const),
  );
};

/** An encoding that the request names without refusing it ("gzip;q=0"). */
const isAccepted = (accepted: string, encoding: string): boolean =>
  accepted.split(",").some((part) => {
    const [name = "", ...settings] = part.split(";").map((text) => text.trim().toLowerCase());
    return name === encoding && !settings.some((setting) => /^q=0(\.0*)?$/.test(setting));
  });

/** The smallest copy of a file that the request can read. */
export const bodyFor = ({ bodies }: ServedFile, accepted: string) =>
  bodies.find(({ encoding }) => encoding === undefined || isAccepted(accepted, encoding));
