// The command line of `npm run mutate`.
import { availableParallelism } from "node:os";
import { InputError } from "@aibot/kit/errors";
import { readArguments } from "../arguments.ts";

export type Options = {
  contracts: string[];
  all: boolean;
  sample: number | undefined;
  lines: number[];
  workers: number;
};

export const usage = `npm run mutate -- [options]

  --contract <name>   mutate this contract or library only; may be repeated
                      (default: the contracts that the floor of 85 % applies to)
  --all               every contract and library
  --line <n>          mutants of this line only; may be repeated
  --sample <n>        at most n mutants a contract, the same ones on every run
  --workers <n>       mutants at a time (default: one a processor)
  --help              print this

Prints every survivor with its change and the score of each contract. Exit code 1 below the floor.`;

const definitions = {
  contract: { type: "string", multiple: true },
  all: { type: "boolean" },
  line: { type: "string", multiple: true },
  sample: { type: "string" },
  workers: { type: "string" },
  help: { type: "boolean" },
} as const;

/** Parses the arguments; `undefined` when only help was asked for. */
export const parseOptions = (args: string[]): Options | undefined => {
  const values = readArguments({ args, options: definitions }, "npm run mutate -- --help").values;
  if (values.help) return undefined;
  return {
    contracts: values.contract ?? [],
    all: values.all ?? false,
    sample: values.sample === undefined ? undefined : whole("--sample", values.sample),
    lines: (values.line ?? []).map((line) => whole("--line", line)),
    workers: values.workers === undefined ? availableParallelism() : whole("--workers", values.workers),
  };
};

const whole = (name: string, text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InputError(`${name} ${text} is out of range: give a whole number above 0.`);
  }
  return value;
};
