import { type ParseArgsConfig, parseArgs } from "node:util";
import { InputError } from "@aibot/kit/errors";

/** As parseArgs, but a mistake is one sentence that names `help`, the command which prints the options. */
export const readArguments = <T extends ParseArgsConfig>(config: T, help: string): ReturnType<typeof parseArgs<T>> => {
  try {
    return parseArgs(config);
  } catch (error) {
    const reason = (error as Error).message.split(". ")[0] ?? "";
    throw new InputError(`${reason}. Run \`${help}\` for the options.`);
  }
};
