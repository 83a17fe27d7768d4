// Takes the code of our contracts out of their tests: `new Vault(params)` becomes a creation from Vault's artifact.
//
// Forge has such a rewriting (dynamic_test_linking), but through a cheat code to which `vm.expectRevert` does not apply,
// so that tests of constructors would notice nothing.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What the rewritten tests import: creates like `new`, reverts like `new`. */
export const creator = {
  path: "tests/Creator.sol",
  content: `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

interface Artifacts {
    function getCode(string calldata artifact) external view returns (bytes memory);
}

function createFrom(string memory artifact, bytes memory arguments) returns (address created) {
    bytes memory code = Artifacts(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D).getCode(artifact);
    code = bytes.concat(code, arguments);
    assembly ("memory-safe") {
        created := create(0, add(code, 0x20), mload(code))
        if iszero(created) {
            returndatacopy(mload(0x40), 0, returndatasize())
            revert(mload(0x40), returndatasize())
        }
    }
}
`,
};

/** The contracts in these files, each with the file that declares it. */
export const deployable = (root: string, files: string[]): Map<string, string> =>
  new Map(
    files.flatMap((file) =>
      [...readFileSync(join(root, file), "utf8").matchAll(/^contract (\w+)/gm)].map(([, name = ""]) => [name, file]),
    ),
  );

/** Where the bracket that opens at `from` closes; brackets in strings are passed over. */
const closing = (source: string, from: number): number => {
  let depth = 0;
  for (const { 0: token, index } of source.slice(from).matchAll(/"(?:[^"\\\n]|\\.)*"|[()]/g)) {
    if (token === "(") depth += 1;
    if (token === ")") depth -= 1;
    if (depth === 0) return from + index;
  }
  throw new Error("a bracket does not close");
};

/** The source of a test with every plain `new` of a known contract rewritten, the innermost first. */
export const detach = (source: string, contracts: Map<string, string>): string => {
  const creations = [...source.matchAll(/(?<!\btry )\bnew (\w+)\(/g)].reverse();
  let result = source;
  for (const { 0: head, 1: name = "", index } of creations) {
    const file = contracts.get(name);
    if (file === undefined) continue;
    const open = index + head.length - 1;
    const close = closing(result, open);
    const arguments_ = result.slice(open + 1, close);
    const creation = `${name}(createFrom("${file}:${name}", abi.encode(${arguments_})))`;
    result = `${result.slice(0, index)}${creation}${result.slice(close + 1)}`;
  }
  return result === source ? source : `${result}\nimport {createFrom} from "${creator.path}";\n`;
};
