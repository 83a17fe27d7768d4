import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Node } from "./ast.ts";
import { type Mutant, mutantsOf, sampleOf } from "./mutants.ts";
import { loadSolc } from "./solc.ts";

const solc = loadSolc();

/** The mutants of a body, as "operator: changed line". */
const changes = (body: string, types = ""): string[] =>
  mutants(body, types).map(({ operator, after }) => `${operator}: ${after}`);

const mutants = (body: string, types = ""): Mutant[] => {
  const content = [
    "pragma solidity ^0.8.30; // “é” takes more bytes than letters",
    `${types}contract C { uint256 s; function f(uint256 a, uint256 b, bool c) public returns (uint256) {`,
    body,
    "}}",
  ].join("\n");
  const settings = { outputSelection: { "*": { "": ["ast"] } } };
  const input = { language: "Solidity", sources: { "C.sol": { content } }, settings };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: () => ({ error: "none" }) }));
  const faults = output.errors?.filter(({ severity }: { severity: string }) => severity === "error") ?? [];
  assert.deepEqual(faults, []);
  return mutantsOf("C.sol", content, output.sources["C.sol"].ast as Node);
};

describe("the operators of mutation", () => {
  it("move a bound by one and delete what checks it", () => {
    assert.deepEqual(changes("require(a <= b);"), ["deletion: {}", "boundary: require(a < b);"]);
  });

  it("turn arithmetic around, also in an assignment", () => {
    assert.deepEqual(changes("s += a * b;"), ["deletion: {}", "arithmetic: s -= a * b;", "arithmetic: s += a / b;"]);
  });

  it("decide a branch either way and drop operands of a conjunction", () => {
    assert.deepEqual(changes("if (c && s == a) revert();"), [
      "condition: if (true) revert();",
      "condition: if (false) revert();",
      "condition: if ((c)) revert();",
      "condition: if ((s == a)) revert();",
      "boundary: if (c && s != a) revert();",
      "deletion: if (c && s == a) {}",
    ]);
  });

  it("drop a negation", () => {
    assert.deepEqual(changes("require(!c);"), ["deletion: {}", "condition: require(c);"]);
  });

  it("change a number by one, in its own notation and unit", () => {
    assert.deepEqual(changes("return 0x0f;"), ["deletion: {}", "constant: return 0x10;", "constant: return 0xe;"]);
    assert.deepEqual(changes("return 2 days;"), [
      "deletion: {}",
      "constant: return 3 days;",
      "constant: return 1 days;",
    ]);
    assert.deepEqual(changes("return 1e3;"), ["deletion: {}", "constant: return 1001;", "constant: return 999;"]);
    assert.deepEqual(changes("return 1_000;"), ["deletion: {}", "constant: return 1001;", "constant: return 999;"]);
    assert.deepEqual(changes("return 0;"), ["constant: return 1;"]);
  });

  it("turn a rounding and a bound around by their names", () => {
    const library =
      "library L { function divUp(uint256 x) internal pure returns (uint256) {} function min(uint256 x) internal pure returns (uint256) {} } ";

    const found = changes("s = L.divUp(L.min(a));", library);

    assert.deepEqual(found, ["deletion: {}", "rounding: s = L.divUp(L.max(a));", "rounding: s = L.divDown(L.min(a));"]);
  });

  it("exchange neighbouring arguments of one type, but not the factors of a product", () => {
    const library =
      "library L { function mulDiv(uint256 x, uint256 y, uint256 z) internal pure returns (uint256) {} } ";

    assert.deepEqual(changes("s = L.mulDiv(a, b, s);", library), ["deletion: {}", "order: s = L.mulDiv(a, s, b);"]);
  });

  it("take a modifier away", () => {
    const guarded = "contract D { modifier locked() { _; } function g() external locked {} } ";

    const [change] = changes("", guarded);

    assert.match(change ?? "", /^deletion: .* function g\(\) external \{\}/);
  });

  it("change assembly", () => {
    assert.deepEqual(changes("assembly { mstore(0x00, shr(1, a)) }"), [
      "deletion: assembly { {} }",
      "constant: assembly { mstore(0x1, shr(1, a)) }",
      "arithmetic: assembly { mstore(0x00, shl(1, a)) }",
      "constant: assembly { mstore(0x00, shr(2, a)) }",
      "constant: assembly { mstore(0x00, shr(0, a)) }",
    ]);
  });

  it("leave the length of an array alone", () => {
    assert.deepEqual(changes("uint256[3] memory x; x;"), ["deletion: uint256[3] memory x; {}"]);
  });

  it("name the line and the function, whatever bytes come before", () => {
    const [first] = mutants("s = a;");

    assert.deepEqual([first?.line, first?.within, first?.before], [3, "f", "s = a;"]);
  });
});

describe("a sample of mutants", () => {
  const all = mutants("s = a + b; s = a - b; s = a * b; s = a / b;");

  it("is the same every time and stays in order", () => {
    const sample = sampleOf(all, 3);

    assert.equal(sample.length, 3);
    assert.deepEqual(sample, sampleOf([...all].reverse(), 3).reverse());
    assert.deepEqual(
      sample,
      all.filter((mutant) => sample.includes(mutant)),
    );
  });

  it("is everything when there is no more", () => {
    assert.deepEqual(sampleOf(all, 1_000), all);
  });
});
