// A forge project made of our contracts and their Solidity tests.
//
// Tests create contracts from their artifacts instead of carrying the bytecode in their own (see detach.ts). So they are
// compiled once, and a mutant needs no more than its own code written into its artifact.
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { type Compiled, remappings } from "./compiler.ts";
import { creator, deployable, detach } from "./detach.ts";

const configuration = (compiler: string) => `[profile.default]
src = "contracts"
test = "tests"
libs = ["node_modules"]
solc = "${compiler}"
offline = true
evm_version = "cancun"
optimizer = false
bytecode_hash = "none"
cbor_metadata = false
auto_detect_remappings = false
remappings = [${remappings.map((line) => JSON.stringify(line))}]
fs_permissions = [{ access = "read", path = "./" }]
code_size_limit = 1000000
gas_limit = 1000000000 # a loop without end ends
lint = { lint_on_build = false }
fuzz = { runs = 8, seed = "0x1234" }
invariant = { runs = 1, depth = 20, fail_on_revert = true, shrink_run_limit = 0 }
`;

const isTest = (file: string) => file.endsWith(".t.sol");

/** Where a file of contracts/ lies in the project. */
export const placeOf = (file: string): string => (isTest(file) ? file.replace(/^contracts\//, "tests/") : file);

const importPath = /(import\s[^"]*")(\.[^"]*)(")/g;

/** The source with its relative imports written from the root of the project. */
const moved = (file: string, content: string): string =>
  content.replace(importPath, (_, head, path, tail) => {
    const target = normalize(join(dirname(file), path));
    return `${head}${placeOf(target)}${tail}`;
  });

export type LayOutParams = {
  root: string;
  folder: string;
  compiler: string;
  tests: RegExp; // files of tests that are wanted; what they import comes along
  skipped: string[]; // names of tests that must not run
};

/** Writes the project into `folder`. */
export const layOut = ({ root, folder, compiler, tests, skipped }: LayOutParams): void => {
  const files = readdirSync(join(root, "contracts"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".sol"))
    .map((path) => `contracts/${path}`);
  const contracts = files.filter((file) => !isTest(file));
  const known = deployable(root, contracts);
  const write = (place: string, content: string) => {
    mkdirSync(dirname(join(folder, place)), { recursive: true });
    writeFileSync(join(folder, place), content);
  };

  for (const file of contracts) write(file, readFileSync(join(root, file), "utf8"));
  for (const [file, content] of wantedTests(
    root,
    files.filter((file) => isTest(file) && tests.test(file)),
  )) {
    write(placeOf(file), withoutTests(detach(moved(file, content), known), skipped));
  }
  write(creator.path, creator.content);
  write("foundry.toml", configuration(compiler));
  for (const name of ["node_modules", "test"]) {
    rmSync(join(folder, name), { force: true });
    symlinkSync(join(root, name), join(folder, name)); // packages, and vectors that tests read
  }
};

/** These files of tests and those they import, with their contents. */
const wantedTests = (root: string, files: string[]): Map<string, string> => {
  const wanted = new Map<string, string>();
  const add = (file: string) => {
    if (wanted.has(file)) return;
    const content = readFileSync(join(root, file), "utf8");
    wanted.set(file, content);
    for (const [, , path = ""] of content.matchAll(importPath)) {
      const target = normalize(join(dirname(file), path));
      if (isTest(target)) add(target);
    }
  };
  files.forEach(add);
  return wanted;
};

/** A test that forge does not see. */
const withoutTests = (content: string, names: string[]): string =>
  names.reduce((text, name) => text.replaceAll(`function ${name}(`, `function not_${name}(`), content);

const artifactOf = (folder: string, { file, name }: Compiled): string =>
  join(folder, "out", basename(file), `${name}.json`);

/** Puts freshly compiled code where tests take it from. */
export const install = (folder: string, contracts: Compiled[]): void => {
  for (const contract of contracts) {
    const path = artifactOf(folder, contract);
    const artifact = JSON.parse(readFileSync(path, "utf8"));
    const { creation, runtime } = contract;
    artifact.bytecode = { object: `0x${creation.object}`, linkReferences: creation.linkReferences };
    artifact.deployedBytecode = { object: `0x${runtime.object}`, linkReferences: runtime.linkReferences };
    writeFileSync(path, JSON.stringify(artifact));
  }
};
