// The transaction manager under randomised faults and kills (KEE-1), with other seeds every night.
//   node scripts/nightly/schedules.ts [<first seed> [<number of schedules>]]      one seed: what happened, step by step,
//   with SIMULATION_LOG=debug
import { randomInt } from "node:crypto";
import { InputError } from "@aibot/kit/errors";
import { describeFailure, runSchedules } from "@aibot/kit/node/simulation/run";

const SCHEDULES = 100_000;
const LAST_SEED = 2 ** 31;

const whole = (text: string, name: string): number => {
  if (!/^\d{1,10}$/.test(text)) throw new InputError(`The ${name} "${text}" is not a whole number: give digits.`);
  return Number(text);
};

try {
  const [seed, number] = process.argv.slice(2);
  const first = seed === undefined ? randomInt(LAST_SEED) : whole(seed, "seed");
  const count = number === undefined ? SCHEDULES : whole(number, "number of schedules");
  console.log(`${count} schedules from seed ${first}.`);
  const onProgress = (done: number) => void (done % 10_000 === 0 && console.log(`${done} done`));
  const { failures, races, counts } = await runSchedules({ first, count, onProgress });
  for (const failure of failures.slice(0, 20)) console.error(describeFailure(failure));
  console.log(`${failures.length} of ${count} broke a promise. ${JSON.stringify({ ...counts, races })}`);
  process.exitCode = failures.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof InputError ? error.message : error);
  process.exitCode = 1;
}
