// Compiles what has changed since the last time: contracts (with their ABIs for TypeScript).
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@aibot/kit/errors";

const root = join(import.meta.dirname, "../..");
const sourceFolders = ["contracts", "examples"]; // as hardhat.config.ts has them
const benchFolder = "contracts/bench/"; // nothing but the bench deploys these
const packageFiles = ["npm:@openzeppelin/contracts/access/manager/AccessManager.sol"]; // the same

/** Compiles the contracts unless the artifacts are of exactly these sources and settings. */
export const buildContracts = async (): Promise<void> => {
  const stamp = stampOf("sources", sources());
  if (!stamp.isCurrent()) await build(stamp, []);
};

/** The same for what is deployed: a newcomer does not wait for what only the bench needs. */
export const buildDeployed = async (): Promise<void> => {
  const deployed = sources().filter((file) => !file.startsWith(benchFolder));
  const stamp = stampOf("deployed", deployed);
  if (!stamp.isCurrent() && !stampOf("sources", sources()).isCurrent())
    await build(stamp, [...packageFiles, ...deployed]);
};

/** Files from the root, tests apart. */
const sources = (): string[] =>
  sourceFolders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`),
    )
    .filter((file) => file.endsWith(".sol") && !file.endsWith(".t.sol"))
    .sort();

type Stamp = { isCurrent: () => boolean; write: () => void };

/** Says of which files, as they are now, the artifacts are. */
const stampOf = (name: string, files: string[]): Stamp => {
  const path = join(root, `artifacts/.${name}`);
  const hash = createHash("sha256");
  for (const file of [...files, "hardhat.config.ts", "package-lock.json"]) {
    hash.update(file).update(readFileSync(join(root, file)));
  }
  const text = hash.digest("hex");
  return {
    isCurrent: () => existsSync(path) && readFileSync(path, "utf8") === text,
    write: () => writeFileSync(path, text),
  };
};

/** Builds these files, or all when there are none. */
const build = async (stamp: Stamp, files: string[]): Promise<void> => {
  const output = await hardhat(["build", "--no-tests", "--no-typechain", "--quiet", ...files]);
  if (output.code !== 0) throw new InputError(`The contracts do not compile:\n${output.text.trim()}`);
  stamp.write();
};

const hardhat = (args: string[]) =>
  new Promise<{ code: number | null; text: string }>((resolve) => {
    // A process of its own: the compiler holds hundreds of megabytes that must be free again before the run.
    const child = spawn(process.execPath, [join(root, "node_modules/hardhat/dist/src/cli.js"), ...args], { cwd: root });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
    child.on("exit", (code) => resolve({ code, text }));
  });
