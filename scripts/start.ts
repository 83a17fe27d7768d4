// `npm start`: the whole protocol on this machine, on real market data.
import { InputError, RetryableError } from "@aibot/kit/errors";
import { parseOptions, usage } from "./start/options.ts";
import { startRun } from "./start/run.ts";

try {
  const options = parseOptions(process.argv.slice(2), process.cwd());
  if (options === undefined) console.log(usage);
  else process.exit(await startRun(options));
} catch (error) {
  console.error(error instanceof InputError || error instanceof RetryableError ? error.message : error);
  process.exit(1);
}
