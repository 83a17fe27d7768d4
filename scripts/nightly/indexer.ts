// IDX-1 on many more histories and kills than every commit sees, with other seeds every night.
//   node scripts/nightly/indexer.ts [<first seed>]      the seed of a failed run repeats it
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const firstSeed = process.argv[2] ?? `${randomInt(1_000_000, 400_000_000)}`;
const tests = ["indexer/src/reorganisation.test.ts", "indexer/src/killed.test.ts"];

console.log(`The first seed is ${firstSeed}.`);
const { status } = spawnSync(
  process.execPath,
  ["--disable-warning=ExperimentalWarning", "--test", "--test-concurrency=1", ...tests],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, IDX_FIRST_SEED: firstSeed, IDX_SEEDS: "3000", IDX_KILLS: "200" },
  },
);
process.exitCode = status ?? 1;
