// Everything that must hold before tests run: format, lint, types, generated files, documents.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { buildContracts } from "./start/build.ts";

const root = join(import.meta.dirname, "..");
const module = (path: string) => [process.execPath, join(root, "node_modules", path)];

const checks: [name: string, command: string[]][] = [
  ["format and lint", [join(root, "node_modules/.bin/biome"), "ci", "--error-on-warnings", "."]],
  ["Solidity lint", [...module("solhint/solhint.js"), "--disc", "--max-warnings", "0", "contracts/**/*.sol"]],
  ["types", [...module("typescript/bin/tsc"), "--project", root]],
  ["generated ABIs", [process.execPath, join(root, "scripts/generate.ts"), "--check"]],
  ["snapshots", [process.execPath, join(root, "scripts/snapshot.ts"), "--check", "storage", "size"]],
  ["documents", [process.execPath, join(root, "scripts/check-docs.ts")]],
];

await buildContracts();
const failed = checks.filter(([name, [command = "", ...args]]) => {
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  console.log(`${status === 0 ? "ok  " : "FAIL"}  ${name}`);
  return status !== 0;
});
process.exitCode = failed.length === 0 ? 0 : 1;
