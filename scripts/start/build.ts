// Compiles what has changed since the last time: contracts (with their ABIs for TypeScript).
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@aibot/kit/errors";

const root = join(import.meta.dirname, "../..");
const stamp = join(root, "artifacts/.sources");
const sourceFolders = ["contracts", "examples"]; // as hardhat.config.ts has them

/** Compiles the contracts unless the artifacts are of exactly these sources and settings. */
export const buildContracts = async (): Promise<void> => {
  const hash = sourcesHash();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  const output = await hardhat(["build", "--no-tests", "--no-typechain", "--quiet"]);
  if (output.code !== 0) throw new InputError(`The contracts do not compile:\n${output.text.trim()}`);
  writeFileSync(stamp, hash);
};

const sourcesHash = (): string => {
  const files = sourceFolders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => join(root, folder, file)),
    )
    .filter((file) => file.endsWith(".sol") && !file.endsWith(".t.sol"))
    .sort();
  const hash = createHash("sha256");
  for (const file of [...files, join(root, "hardhat.config.ts"), join(root, "package-lock.json")]) {
    hash.update(file).update(readFileSync(file));
  }
  return hash.digest("hex");
};

const hardhat = (args: string[]) =>
  new Promise<{ code: number | null; text: string }>((resolve) => {
    // A process of its own: the compiler holds hundreds of megabytes that must be free again before the run.
    const child = spawn(process.execPath, [join(root, "node_modules/hardhat/dist/src/cli.js"), ...args], { cwd: root });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
    child.on("exit", (code) => resolve({ code, text }));
  });
