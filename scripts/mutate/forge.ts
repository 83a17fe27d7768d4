// Foundry's test runner: fetched once into the clone, run in a project.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@aibot/kit/errors";
import { loadSolc } from "./solc.ts";

const version = "1.7.1";
const integrity = "/HQddyTanVOJKgvilmZrf8VOf7mhvwrWb59W73w5W5flX7b6zNh9CR6hKZzJwiRRi5Sxk/JOFEYIeKsQx7Teqg=="; // SHA-512

export type Ran = { code: number | null; output: string; isEndless: boolean };

export type RunParams = {
  command: string;
  args: string[];
  folder: string;
  env?: Record<string, string>;
  processorSeconds?: number | undefined;
};

/**
 * Runs a program to its end, or until it has used `processorSeconds`: time that it waits for a processor does not count,
 * so a busy machine cannot end it. It is killed, with all it has started, with this process.
 */
export const run = ({ command, args, folder, env, processorSeconds }: RunParams): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const [program, given] = processorSeconds ? limited(command, args, processorSeconds) : [command, args];
    const child = spawn(program, given, { cwd: folder, env: { ...process.env, ...env }, detached: true });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));

    const kill = () => child.pid !== undefined && process.kill(-child.pid, "SIGKILL");
    process.prependOnceListener("exit", kill); // before anybody clears the folder away
    child.once("error", reject);
    child.once("exit", () => process.off("exit", kill));
    child.once("close", (code, signal) => resolve({ code, output, isEndless: signal === "SIGXCPU" }));
  });

/** The command with a limit that the kernel keeps. */
const limited = (command: string, args: string[], seconds: number): [string, string[]] => [
  "sh",
  ["-c", 'ulimit -S -t "$0" && exec "$@"', `${seconds}`, command, ...args],
];

/** The path of the program; fetched from the package registry when the clone does not have it. */
export const installForge = async (root: string): Promise<string> => {
  const folder = join(root, "node_modules/.cache/tools", `forge-${version}`);
  const program = join(folder, "package/bin/forge");
  if (existsSync(program)) return program;
  const partial = `${folder}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  try {
    const archive = await fetchArchive(partial);
    const unpacked = await run({ command: "tar", args: ["-xzf", archive], folder: partial });
    if (unpacked.code !== 0) throw new InputError(`The archive of forge cannot be unpacked: ${unpacked.output.trim()}`);
    rmSync(archive);
    chmodSync(join(partial, "package/bin/forge"), 0o755);
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return program;
};

const fetchArchive = async (folder: string): Promise<string> => {
  const npm = process.env.npm_execpath;
  const [command, first] = npm ? [process.execPath, [npm]] : ["npm", []];
  const args = [...first, "pack", "--silent", `@foundry-rs/forge-linux-amd64@${version}`];
  const { code, output } = await run({ command, args, folder });
  const archive = join(folder, output.trim().split("\n").at(-1) ?? "");
  if (code !== 0 || !existsSync(archive)) {
    throw new InputError(`forge ${version} cannot be fetched from the package registry: ${output.trim()}`);
  }
  const hash = createHash("sha512").update(readFileSync(archive)).digest("base64");
  if (hash !== integrity) throw new InputError(`The archive of forge ${version} is not the known one: ${hash}.`);
  return archive;
};

/** Writes a program that forge takes for a native compiler. Forge asks for the version at every start: the shell knows. */
export const writeCompiler = (root: string, folder: string): string => {
  const path = join(folder, "solc");
  const version = loadSolc().version().replace(".Emscripten.clang", ".Linux.g++");
  const lines = [
    "#!/bin/sh",
    `[ "$1" = --version ] && exec echo "solc, the solidity compiler commandline interface\nVersion: ${version}"`,
    `exec "${process.execPath}" "${join(root, "scripts/mutate/native-solc.ts")}" "$@"`,
  ];
  writeFileSync(path, `${lines.join("\n")}\n`);
  chmodSync(path, 0o755);
  return path;
};
