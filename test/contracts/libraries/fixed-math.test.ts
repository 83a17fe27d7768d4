// FixedMath against exact arithmetic and the reference of docs/formats.md: 100,000 inputs a function, every boundary.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type BaseContract, Interface } from "ethers";
import { network } from "hardhat";
import { exactSqrt } from "../../vectors/exact.ts";
import { createRandom } from "../../vectors/random.ts";
import { exp2Wad, log2Q32 } from "../../vectors/reference.ts";

const COUNT = 100_000;
const CASES_A_CALL = 5_000;
const WORD_DIGITS = 64;
const MAX = 2n ** 256n - 1n;
const EXP2_MIN = -60n * 2n ** 32n;
const EXP2_END = 64n * 2n ** 32n;

const { ethers } = await network.create();

const word = (x: bigint): string => BigInt.asUintN(256, x).toString(16).padStart(WORD_DIGITS, "0");

/** The results of one call, as unsigned words. Written by hand: an ABI coder takes longer than the contract. */
const callBatch = async (batch: BaseContract, name: string, inputs: bigint[]): Promise<bigint[]> => {
  const selector = new Interface(batch.interface.fragments).getFunction(name)?.selector ?? "";
  const data = `${selector}${word(32n)}${word(BigInt(inputs.length))}${inputs.map(word).join("")}`;
  const answer = await ethers.provider.call({ to: await batch.getAddress(), data });
  const words = answer.slice(2).match(/.{64}/g) ?? [];
  return words.slice(2).map((digits) => BigInt(`0x${digits}`));
};

/** Each case is `width` inputs; `expected` gives its results, as many for each. */
const compare = async (name: string, cases: bigint[][], expected: (inputs: bigint[]) => bigint[]): Promise<void> => {
  const batch = await ethers.deployContract("FixedMathBatch");
  for (let k = 0; k < cases.length; k += CASES_A_CALL) {
    const some = cases.slice(k, k + CASES_A_CALL);
    const results = await callBatch(batch, name, some.flat());
    const wanted = some.flatMap(expected).map((x) => BigInt.asUintN(256, x));
    expect(results.length).to.equal(wanted.length);
    const at = results.findIndex((result, i) => result !== wanted[i]);
    if (at >= 0) {
      const inputs = some[Math.floor(at / (wanted.length / some.length))];
      expect.fail(`${name}(${inputs}) gave ${results[at]}, expected ${wanted[at]}`);
    }
  }
};

const times = <T>(count: number, make: (k: number) => T): T[] => Array.from({ length: count }, (_, k) => make(k));

/** Every power of two with both neighbours, 0, 1 and the largest number. */
const POWERS = [0n, MAX, ...times(256, (k) => 1n << BigInt(k)).flatMap((x) => [x - 1n, x, x + 1n])];

/** `edges` and numbers of every length, COUNT together. */
const words = (seed: bigint, edges: bigint[]): bigint[] => {
  const random = createRandom(seed);
  return [...edges, ...times(COUNT - edges.length, (k) => random.bits(1 + (k % 256)))];
};

describe("FixedMath on 100,000 inputs", () => {
  it("log2Q32 equals the reference", async () => {
    const inputs = words(11n, POWERS).filter((x) => x > 0n);

    await compare(
      "log2Q32",
      inputs.map((x) => [x]),
      ([x = 1n]) => [log2Q32(x)],
    );
  }).timeout(120_000);

  it("exp2Wad equals the reference", async () => {
    const random = createRandom(12n);
    const whole = times(125, (k) => EXP2_MIN + BigInt(k) * 2n ** 32n).flatMap((x) => [x - 1n, x, x + 1n]);
    const half = times(125, (k) => EXP2_MIN + BigInt(2 * k + 1) * 2n ** 31n).flatMap((x) => [x - 1n, x, x + 1n]);
    const edges = [-(2n ** 255n), -(2n ** 64n), ...whole, ...half].filter((x) => x < EXP2_END);
    const inputs = [...edges, ...times(COUNT - edges.length, () => EXP2_MIN + random.below(EXP2_END - EXP2_MIN))];

    await compare(
      "exp2Wad",
      inputs.map((x) => [x]),
      ([x = 0n]) => [exp2Wad(x)],
    );
  }).timeout(120_000);

  it("sqrt is the exact root, rounded down", async () => {
    const random = createRandom(13n);
    const squares = times(20_000, (k) => (1n + random.bits(1 + (k % 127))) ** 2n).flatMap((x) => [x - 1n, x, x + 1n]);
    const inputs = words(14n, [...POWERS, ...squares]);

    await compare(
      "sqrt",
      inputs.map((x) => [x]),
      ([x = 0n]) => [exactSqrt(x)],
    );
  }).timeout(120_000);

  it("mulDivDown and mulDivUp are the exact quotient, rounded down and up", async () => {
    const random = createRandom(15n);
    const edges = [0n, 1n, 2n, 3n, 2n ** 127n, 2n ** 128n - 1n, 2n ** 128n, 2n ** 128n + 1n, 2n ** 255n, MAX - 1n, MAX];
    const grid = edges.flatMap((a) => edges.flatMap((b) => edges.map((c) => [a, b, c])));
    const fits = ([a = 0n, b = 0n, c = 0n]: bigint[]) => c > 0n && a * b <= MAX * c;
    const any = times(COUNT, (k) => {
      const [a, b] = [random.bits(1 + (k % 256)), random.bits(1 + ((k * 13) % 256))];
      const least = (a * b) / MAX + 1n; // the quotient by anything less does not fit
      return [a, b, k % 3 === 0 ? least : least + random.below(MAX - least + 1n)];
    });

    await compare("mulDiv", [...grid.filter(fits), ...any], ([a = 0n, b = 0n, c = 1n]) => [
      (a * b) / c,
      (a * b + c - 1n) / c,
    ]);
  }).timeout(120_000);
});

describe("FixedMath on the shared vectors", () => {
  const vectors = (name: string): string[][] =>
    JSON.parse(readFileSync(join(import.meta.dirname, "../../vectors", `${name}.json`), "utf8"));

  it("sqrt equals every vector", async () => {
    const cases = vectors("sqrt");
    const roots = new Map(cases.map(([x = "", root = ""]) => [BigInt(x), BigInt(root)]));

    await compare(
      "sqrt",
      [...roots.keys()].map((x) => [x]),
      ([x = 0n]) => [roots.get(x) ?? -1n],
    );
    expect(cases.length).to.be.at.least(1000);
  });

  it("mulDiv equals every vector", async () => {
    const cases = vectors("mul-div").map((row) => row.map(BigInt));
    const key = (inputs: bigint[]) => inputs.join();
    const quotients = new Map(cases.map((row) => [key(row.slice(0, 3)), row.slice(3)]));

    await compare(
      "mulDiv",
      cases.map((row) => row.slice(0, 3)),
      (inputs) => quotients.get(key(inputs)) ?? [],
    );
    expect(cases.length).to.be.at.least(1000);
  });
});
