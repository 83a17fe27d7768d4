// `npm run nightly`: what takes too long for every commit. Each step runs even when an earlier one has failed.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const steps: [name: string, script: string, ...args: string[]][] = [
  ["checks", "check.ts"],
  ["tests", "test.ts"],
  ["long fuzz and invariant runs", "nightly/fuzz.ts"],
  ["fault schedules of the transaction manager", "nightly/schedules.ts"],
  ["reorganisations and kills of the indexer", "nightly/indexer.ts"],
  ["static analysis", "analyse.ts"],
  ["gas snapshots", "snapshot.ts", "--check", "gas"],
  ["mutation of every contract", "mutate.ts", "--all"],
];

const usage = `npm run nightly

Runs in turn: ${steps.map(([name]) => name).join(", ")}. Takes hours. Exit code 1 when any step fails.`;

const args = process.argv.slice(2);
if (args.includes("--help")) {
  console.log(usage);
} else if (args.length > 0) {
  console.error(`npm run nightly takes no options, but got ${args.join(" ")}.`);
  process.exitCode = 1;
} else {
  const failed = steps.filter(([name, script, ...rest]) => {
    console.log(`── ${name} ──`);
    const { status } = spawnSync(process.execPath, [join(import.meta.dirname, script), ...rest], { stdio: "inherit" });
    return status !== 0;
  });
  for (const [name] of steps) console.log(`${failed.some(([other]) => other === name) ? "FAIL" : "ok  "}  ${name}`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}
