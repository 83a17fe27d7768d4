// The command line of `npm run screenshots`.
import { join } from "node:path";
import { InputError } from "@aibot/kit/errors";
import { readArguments } from "../arguments.ts";

export type Options = { rounds: number; out: string };

export const usage = `npm run screenshots -- [options]

  --rounds <n>     sessions of the S&P 500 to play before the pictures (default 300)
  --out <folder>   where they go (default docs/images)
  --help           print this

Every page at 360 and 1440 px in both themes goes to <out>/pages, the steps of the guide to <out>/guide.`;

const definitions = {
  rounds: { type: "string", default: "300" },
  out: { type: "string", default: join(import.meta.dirname, "../../docs/images") },
  help: { type: "boolean" },
} as const;

/** Parses the arguments; `undefined` when only help was asked for. */
export const parseOptions = (args: string[]): Options | undefined => {
  const { rounds, out, help } = readArguments({ args, options: definitions }, "npm run screenshots -- --help").values;
  if (help) return undefined;
  const number = Number(rounds);
  if (!Number.isInteger(number) || number < 1 || number > 3_000)
    throw new InputError(`--rounds ${rounds} is out of range: give a whole number from 1 to 3000.`);
  return { rounds: number, out };
};
