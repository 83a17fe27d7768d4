// The compiler from npm behind the two options by which forge calls a native one, in the folder of the project.
//   node scripts/mutate/native-solc.ts --version | --standard-json
import { readFileSync } from "node:fs";
import { loadSolc, readImport } from "./solc.ts";

const solc = loadSolc();

if (process.argv.includes("--version")) {
  const version = solc.version().replace(".Emscripten.clang", ".Linux.g++");
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${version}\n`);
} else {
  const input = readFileSync(0, "utf8");
  process.stdout.write(solc.compile(input, { import: (path) => readImport(process.cwd(), path) }));
}
