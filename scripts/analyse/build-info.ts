// The contracts compiled for Slither, in the form in which Hardhat leaves its results: without tests, all at once, so
// that no leftover of an earlier build is analysed.
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@aibot/kit/errors";
import { loadSolc, readImport } from "../mutate/solc.ts";

const outputs = [
  "abi",
  "metadata",
  "userdoc",
  "devdoc",
  "evm.bytecode",
  "evm.deployedBytecode",
  "evm.methodIdentifiers",
];

/** Fills `folder` with what Slither reads of a Hardhat project. */
export const writeBuildInfo = (root: string, folder: string): void => {
  const solc = loadSolc();
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(
      sourcesOf(root).map((file) => [file, { content: readFileSync(join(root, file), "utf8") }]),
    ),
    settings: { evmVersion: "cancun", outputSelection: { "*": { "": ["ast"], "*": outputs } } },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: (path) => readImport(root, path) }));
  const fault = output.errors?.find(({ severity }: { severity: string }) => severity === "error");
  if (fault !== undefined) throw new InputError(`The contracts do not compile:\n${fault.formattedMessage}`);

  const place = join(folder, "artifacts/build-info");
  mkdirSync(place, { recursive: true });
  const version = { solcVersion: solc.version().split("+")[0], solcLongVersion: solc.version() };
  const info = { _format: "hh-sol-build-info-1", id: "contracts", ...version, input, output };
  writeFileSync(join(place, "contracts.json"), JSON.stringify(info));
  writeFileSync(join(folder, "hardhat.config.js"), "");
  for (const name of ["contracts", "node_modules"]) symlinkSync(join(root, name), join(folder, name));
};

const sourcesOf = (root: string): string[] =>
  readdirSync(join(root, "contracts"), { recursive: true, encoding: "utf8" })
    .map((path) => `contracts/${path}`)
    .filter((path) => /\.sol$/.test(path) && !/\.t\.sol$|^contracts\/(bench|demo)\//.test(path))
    .sort();
