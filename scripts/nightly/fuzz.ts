// Long fuzz and invariant runs, with other inputs every night.
//   node scripts/nightly/fuzz.ts [<seed>]      the seed of a failed run repeats it
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError } from "@aibot/kit/errors";
import { buildBaseline } from "../mutate/baseline.ts";
import { installForge, run } from "../mutate/forge.ts";

const root = join(import.meta.dirname, "../..");
const effort = {
  FOUNDRY_FUZZ_RUNS: "20000",
  FOUNDRY_INVARIANT_RUNS: "256",
  FOUNDRY_INVARIANT_DEPTH: "200",
  FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT: "5000",
};

const fuzz = async (seed: string, folder: string): Promise<number> => {
  const forge = await installForge(root);
  const { project, skipped } = await buildBaseline({ root, folder, forge, tests: /^/ });
  if (skipped.length > 0)
    console.log(`These tests fail without the optimizer and are left out: ${skipped.join(", ")}.`);
  console.log(`The seed is ${seed}.`);
  const { code, output } = await run({
    command: forge,
    args: ["test", "--fuzz-seed", seed],
    folder: project,
    env: effort,
  });
  const [summary = ""] = output.match(/^Ran \d+ test suites.*$/m) ?? [];
  console.log(code === 0 ? summary : output);
  return code === 0 ? 0 : 1;
};

const folder = mkdtempSync(join(tmpdir(), "aibot-nightly-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => process.exit(1));

try {
  process.exitCode = await fuzz(process.argv[2] ?? `0x${randomBytes(8).toString("hex")}`, folder);
} catch (error) {
  console.error(error instanceof InputError ? error.message : error);
  process.exitCode = 1;
}
