import assert from "node:assert/strict";
import { it } from "node:test";
import { codeLines, measureSize } from "./size.ts";

it("counts lines with code, and neither comments nor blank ones", () => {
  const source = `// SPDX
pragma solidity 0.8.30;

/// @notice Said
/* over
   lines */
contract A { // a comment beside code
    uint256 a; /* here
    too */
}
`;
  assert.equal(codeLines(source), 4);
});

it("counts what is deployed, and no test", async () => {
  const [line] = await measureSize();

  assert.equal(line?.name, "contracts.core.lines");
  assert.ok((line?.value ?? 0) > 2_000 && (line?.value ?? 0) <= 5_000);
});
