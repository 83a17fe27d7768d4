// The transaction manager under randomised faults and kills (KEE-1), with other seeds every night.
import { randomInt } from "node:crypto";
import { InputError } from "@aibot/kit/errors";
import { createLog, logLevels } from "@aibot/kit/node/log";
import { describeFailure, runSchedules } from "@aibot/kit/node/simulation/run";
import { readArguments } from "../arguments.ts";

const SCHEDULES = 100_000;
const LAST_SEED = 2 ** 31;

const usage = `node scripts/nightly/schedules.ts [options] [<first seed> [<number of schedules>]]

  --log <level>   what the manager logs: ${logLevels.join(", ")} (default: silent)
  --help          print this

Without a seed ${SCHEDULES} schedules start at one drawn by chance. Exit code 1 when a promise is broken.`;

const whole = (text: string, name: string): number => {
  if (!/^\d{1,10}$/.test(text)) throw new InputError(`The ${name} "${text}" is not a whole number: give digits.`);
  return Number(text);
};

const options = { log: { type: "string", default: "silent" }, help: { type: "boolean" } } as const;

const run = async ([seed, number]: string[], level: string): Promise<number> => {
  if (!(logLevels as readonly string[]).includes(level))
    throw new InputError(`The level "${level}" is none of ${logLevels.join(", ")}.`);
  const first = seed === undefined ? randomInt(LAST_SEED) : whole(seed, "seed");
  const count = number === undefined ? SCHEDULES : whole(number, "number of schedules");
  console.log(`${count} schedules from seed ${first}.`);
  const onProgress = (done: number) => void (done % 10_000 === 0 && console.log(`${done} done`));
  const log = createLog("simulation", level);
  const { failures, races, counts } = await runSchedules({ first, count, onProgress, log });
  for (const failure of failures.slice(0, 20)) console.error(describeFailure(failure));
  console.log(`${failures.length} of ${count} broke a promise. ${JSON.stringify({ ...counts, races })}`);
  return failures.length === 0 ? 0 : 1;
};

try {
  const { values, positionals } = readArguments(
    { args: process.argv.slice(2), options, allowPositionals: true },
    "node scripts/nightly/schedules.ts --help",
  );
  if (values.help) console.log(usage);
  else process.exitCode = await run(positionals, values.log);
} catch (error) {
  console.error(error instanceof InputError ? error.message : error);
  process.exitCode = 1;
}
