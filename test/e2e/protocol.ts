// Starts the protocol as a user would and talks to it from outside.
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const root = join(import.meta.dirname, "../..");

export type Protocol = {
  process: ChildProcess;
  state: string;
  output: () => string;
  errors: () => string;
  /** Waits for a match in what was written. */
  said: (pattern: RegExp, seconds?: number) => Promise<RegExpExecArray>;
  exit: Promise<number | null>;
};

/** A folder that a database server run by another user can reach, removed by `forget`. */
export const stateFolder = () => {
  const dir = mkdtempSync(join(tmpdir(), "protocol-"));
  chmodSync(dir, 0o755);
  return { dir, forget: () => rmSync(dir, { recursive: true, force: true }) };
};

export const startProtocol = (state: string, args: string[]): Protocol => {
  const command = ["--disable-warning=ExperimentalWarning", join(root, "scripts/start.ts"), "--state", state, ...args];
  const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "pipe"], detached: true });
  let [output, errors] = ["", ""];
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (errors += chunk));
  const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    process: child,
    state,
    output: () => output,
    errors: () => errors,
    exit,
    said: async (pattern, seconds = 120) => {
      const deadline = performance.now() + seconds * 1000;
      for (;;) {
        const match = pattern.exec(errors) ?? pattern.exec(output);
        if (match) return match;
        if (performance.now() > deadline || child.exitCode !== null)
          throw new Error(`never said ${pattern}:\n${errors}`);
        await sleep(50);
      }
    },
  };
};

/** Processes whose command line or environment names the state folder. */
export const leftRunning = (state: string): string[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      const read = (file: string) => {
        try {
          return readFileSync(`/proc/${pid}/${file}`, "utf8");
        } catch {
          return ""; // ended meanwhile
        }
      };
      const commandLine = read("cmdline");
      return commandLine.includes(state) || read("environ").includes(state)
        ? [`${pid} ${commandLine.replaceAll("\0", " ")}`]
        : [];
    });

/** The first of a run of free ports, long enough for one run; below those that Linux gives to outgoing connections. */
export const freePorts = async (): Promise<string> => {
  for (let first = 20_000 + Math.floor(Math.random() * 12_000); ; first += 100) {
    const free = await Promise.all(Array.from({ length: 40 }, (_, offset) => isFree(first + offset)));
    if (free.every(Boolean)) return String(first);
  }
};

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });

export const lastJson = <T>(text: string): T => JSON.parse(text.trimEnd().split("\n").at(-1) ?? "") as T;

export const graphql = async <T>(url: string, query: string): Promise<T> => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data: T; errors?: { message: string }[] };
  if (errors) throw new Error(errors[0]?.message);
  return data;
};
