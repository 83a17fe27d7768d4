// The compiler from npm behind the option by which forge calls a native one, in the folder of the project.
//   node scripts/mutate/native-solc.ts --standard-json < input
import { readFileSync } from "node:fs";
import { loadSolc, readImport } from "./solc.ts";

const input = readFileSync(0, "utf8");
process.stdout.write(loadSolc().compile(input, { import: (path) => readImport(process.cwd(), path) }));
