// `npm run snapshot`: storage layout, bytecode size and gas as text in test/snapshots, so that a change is seen in review.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { InputError } from "@aibot/kit/errors";
import { compareSnapshots, writeSnapshots } from "./snapshot/files.ts";
import { type Part, parts } from "./snapshot/parts.ts";
import { buildContracts } from "./start/build.ts";

const root = join(import.meta.dirname, "..");
const folder = join(root, "test/snapshots");

const usage = `npm run snapshot -- [--check] [storage] [size] [gas]

  --check   compare instead of writing; exit code 1 when anything differs
  --help    print this

Without a part all three; gas takes a run of the bench.`;

const isPart = (name: string): name is Part => name in parts;

const readArgs = (args: string[]) => {
  try {
    const options = { check: { type: "boolean" }, help: { type: "boolean" } } as const;
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    const reason = (error as Error).message.split(". ")[0] ?? "";
    throw new InputError(`${reason}. Run \`npm run snapshot -- --help\` for the options.`);
  }
};

const chosenParts = (names: string[]): Part[] => {
  const unknown = names.find((name) => !isPart(name));
  if (unknown !== undefined) {
    throw new InputError(`${unknown} is no snapshot: choose from ${Object.keys(parts).join(", ")}.`);
  }
  return names.length === 0 ? ["storage", "size", "gas"] : names.filter(isPart);
};

const snapshot = async (names: string[], check: boolean): Promise<number> => {
  const chosen = chosenParts(names);
  await buildContracts();
  const faults: string[] = [];
  for (const { place, make } of chosen.map((part) => parts[part])) {
    const snapshots = make(root);
    if (check) faults.push(...compareSnapshots(folder, place, snapshots));
    else writeSnapshots(folder, place, snapshots);
  }
  for (const fault of faults) console.error(`test/snapshots/${fault}`);
  if (faults.length > 0) console.error("If this is meant, run `npm run snapshot` and commit the result.");
  return faults.length === 0 ? 0 : 1;
};

try {
  const { values, positionals } = readArgs(process.argv.slice(2));
  if (values.help) console.log(usage);
  else process.exitCode = await snapshot(positionals, values.check ?? false);
} catch (error) {
  console.error(error instanceof InputError ? error.message : error);
  process.exitCode = 1;
}
