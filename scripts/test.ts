// Runs every test of every package and language and ends with "N passed, N failed".
//   npm test [-- <suite> …]      suites: contracts, integration, unit, e2e
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildContracts } from "./start/build.ts";

const root = join(import.meta.dirname, "..");
const hardhat = join(root, "node_modules/hardhat/dist/src/cli.js");
const packages = ["kit", "oracle", "ai-node", "keepers", "indexer", "app", "deploy", "scripts", "test/vectors"];

type Suite = { name: string; args: string[]; passed: RegExp; failed: RegExp };

const nodeTest = (name: string, globs: string[], options: string[] = []): Suite => ({
  name,
  args: ["--disable-warning=ExperimentalWarning", "--test", "--test-reporter=spec", ...options, ...globs],
  passed: /^ℹ pass (\d+)/gm,
  failed: /^ℹ (?:fail|cancelled) (\d+)/gm,
});

const hardhatTest = (name: string, task: string): Suite => ({
  name,
  args: [hardhat, "test", task],
  passed: /(\d+) passing/g,
  failed: /(\d+) failing/g,
});

const suites: Suite[] = [
  hardhatTest("contracts", "solidity"),
  hardhatTest("integration", "mocha"),
  nodeTest(
    "unit",
    packages.map((folder) => `${folder}/**/*.test.ts`),
  ),
  nodeTest("e2e", ["test/e2e/*.test.ts"], ["--test-concurrency=1"]),
];

const count = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].reduce((sum, match) => sum + Number(match[1]), 0);

/** Runs one suite, shows its output as it comes, and counts; a suite that dies counts as one failure. */
const runSuite = ({ name, args, passed, failed }: Suite) =>
  new Promise<{ passed: number; failed: number }>((resolve) => {
    process.stdout.write(`\n── ${name} ──\n`);
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, NO_COLOR: "1", TMPDIR: temporary },
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        text += chunk;
        process.stdout.write(chunk);
      });
    }
    child.on("exit", (code) => {
      const counted = { passed: count(text, passed), failed: count(text, failed) };
      const silent = code !== 0 && counted.failed === 0;
      if (silent || counted.passed + counted.failed === 0) counted.failed += 1;
      resolve(counted);
    });
  });

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !suites.some((suite) => suite.name === name));
if (unknown !== undefined) {
  console.error(`${unknown} is not a test suite: choose from ${suites.map(({ name }) => name).join(", ")}.`);
  process.exit(1);
}

// Whatever the tests unpack or write lies in here and goes with it. Readable, because PostgreSQL may run as another user.
const temporary = mkdtempSync(join(tmpdir(), "aibot-test-"));
chmodSync(temporary, 0o755);
process.on("exit", () => rmSync(temporary, { recursive: true, force: true }));

await buildContracts();
const total = { passed: 0, failed: 0 };
for (const suite of suites) {
  if (wanted.length > 0 && !wanted.includes(suite.name)) continue;
  const result = await runSuite(suite);
  total.passed += result.passed;
  total.failed += result.failed;
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
