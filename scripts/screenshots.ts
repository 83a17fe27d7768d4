// `npm run screenshots`: runs the protocol on real data and takes the pictures of every page and of the guide.
import { InputError } from "@aibot/kit/errors";
import { parseOptions, usage } from "./screenshots/options.ts";
import { takeScreenshots } from "./screenshots/take.ts";

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) console.log(usage);
  else await takeScreenshots(options);
} catch (error) {
  console.error(error instanceof InputError ? error.message : error);
  process.exitCode = 1;
}
