import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { compressFolder } from "./compress.ts";

export type Build = { dist: string; isNew: boolean };

const APP = join(import.meta.dirname, "..");
const ROOT = join(APP, "..");
const KEPT = join(APP, "dist"); // one folder a build, named by the hash of what went in

/** What the bundle depends on: our sources, kit's, and the versions of everything else. */
const SOURCES = [
  ...["app/src", "app/public", "app/index.html", "app/vite.config.ts", "app/server/compress.ts"],
  ...["kit/src", "package-lock.json"],
];

const isInput = (path: string): boolean => !path.endsWith(".test.ts") && !path.includes("/kit/src/node/");

const filesUnder = async (path: string): Promise<string[]> => {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [path]; // a file
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
};

const sourceHash = async (): Promise<string> => {
  const paths = (await Promise.all(SOURCES.map((source) => filesUnder(join(ROOT, source)))))
    .flat()
    .filter(isInput)
    .sort();
  const contents = await Promise.all(paths.map((path) => readFile(path)));
  const hash = createHash("sha256");
  for (const [index, path] of paths.entries()) {
    hash.update(`${path.slice(ROOT.length)}\0${contents[index]?.length}\0`).update(contents[index] ?? "");
  }
  return hash.digest("hex").slice(0, 16);
};

/** In a process of its own: the bundler's memory goes back when it ends. The page and its service worker carry `build`. */
const bundle = async (outDir: string, build: string): Promise<void> => {
  const vite = join(dirname(createRequire(import.meta.url).resolve("vite/package.json")), "bin", "vite.js");
  const child = spawn(
    process.execPath,
    [vite, "build", APP, "--outDir", outDir, "--emptyOutDir", "--logLevel", "warn"],
    {
      cwd: APP,
      env: { ...process.env, NODE_ENV: "production", BUILD: build },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const output: Buffer[] = [];
  child.stdout.on("data", (data: Buffer) => output.push(data));
  child.stderr.on("data", (data: Buffer) => output.push(data));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once("error", reject).once("close", resolve),
  );
  if (code !== 0) throw new Error(`vite build ended with ${code}: ${Buffer.concat(output).toString("utf8")}`);
};

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Builds of older sources, and what a build that was killed left behind. */
const removeLeftovers = async (dist: string): Promise<void> => {
  for (const name of await readdir(KEPT)) {
    const [, builder] = /^[0-9a-f]{16}\.(\d+)\.partial$/.exec(name) ?? [];
    const isAbandoned = builder !== undefined && !isRunning(Number(builder));
    const isOlder = /^[0-9a-f]{16}$/.test(name) && join(KEPT, name) !== dist;
    if (isAbandoned || isOlder) await rm(join(KEPT, name), { recursive: true, force: true });
  }
};

/** Builds the app unless this very source was built before; a build is complete or absent. */
export const buildApp = async (): Promise<Build> => {
  const build = await sourceHash();
  const dist = join(KEPT, build);
  if (existsSync(dist)) return { dist, isNew: false };

  const partial = `${dist}.${process.pid}.partial`;
  await mkdir(KEPT, { recursive: true });
  try {
    await bundle(partial, build);
    await compressFolder(partial);
    await rename(partial, dist).catch(async (error) => {
      if (!existsSync(dist)) throw error; // somebody else built the same at the same time
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  await removeLeftovers(dist);
  return { dist, isNew: true };
};
