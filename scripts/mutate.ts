// `npm run mutate`: changes the contracts in small ways and counts how many changes the Solidity tests notice.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError } from "@aibot/kit/errors";
import { type Baseline, buildBaseline } from "./mutate/baseline.ts";
import { readExplained } from "./mutate/explained.ts";
import { installForge } from "./mutate/forge.ts";
import { type Judged, judgeTarget } from "./mutate/judge.ts";
import { type Options, parseOptions, usage } from "./mutate/options.ts";
import { floor, formatResult, formatSurvivor, scoreOf, survivorsOf } from "./mutate/report.ts";
import { chosenTargets, targetsOf } from "./mutate/targets.ts";

const root = join(import.meta.dirname, "..");
const progressEvery = 50; // mutants

const say = (sentence: string) => process.stderr.write(`${sentence}\n`);

const mutate = async ({ contracts, all, sample, lines, workers }: Options, folder: string): Promise<number> => {
  const targets = chosenTargets(targetsOf(root), contracts, all);
  const isExplained = readExplained(root);
  const forge = await installForge(root);
  const baselines = new Map<string, Promise<Baseline>>(); // targets of one module share their tests

  const below: string[] = [];
  for (const target of targets) {
    const { tests } = target;
    const place = join(folder, `${baselines.size}`);
    const baseline = baselines.get(tests.source) ?? buildBaseline({ root, folder: place, forge, tests });
    baselines.set(tests.source, baseline);
    const { project, skipped } = await baseline;
    if (skipped.length > 0) say(`These tests fail without the optimizer and are left out: ${skipped.join(", ")}.`);
    const onJudged = ({ mutant, verdict }: Judged, done: number, of: number) => {
      if (verdict === "survived" && !isExplained(mutant)) console.log(formatSurvivor(mutant));
      if (done % progressEvery === 0) say(`${target.name}: ${done} of ${of}`);
    };
    const result = await judgeTarget(target, { project, folder, forge, workers, sample, lines, isExplained, onJudged });
    console.log(formatResult(result, survivorsOf(result).filter(isExplained).length));
    if (scoreOf(result).isBelowFloor) below.push(target.name);
  }
  if (below.length > 0) console.error(`Below ${floor} %: ${below.join(", ")}.`);
  return below.length === 0 ? 0 : 1;
};

const folder = mkdtempSync(join(tmpdir(), "aibot-mutate-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => process.exit(1));

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) console.log(usage);
  else process.exitCode = await mutate(options, folder);
} catch (error) {
  console.error(error instanceof InputError ? error.message : error);
  process.exitCode = 1;
}
