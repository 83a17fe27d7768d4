// Solidity against the shared vectors: the same integers, bit for bit, as every other implementation of docs/formats.md.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";

type FeatureRun = {
  name: string;
  alphasQ32: string[];
  steps: { candle: [open: string, high: string, low: string, close: string]; words: string[]; lanes: string }[];
};
type LinearRun = { blob: string; cases: [lanes: string, output: string][] };

const vectors = <T>(name: string): T[] =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../../vectors", `${name}.json`), "utf8"));

const packAlphas = (alphasQ32: string[]): bigint =>
  alphasQ32.reduce((packed, alpha) => (packed << 32n) | BigInt(alpha), 0n);

const { ethers } = await network.create();

describe("contracts on the shared vectors", () => {
  it("FixedMath.log2Q32 equals every vector", async () => {
    const math = await ethers.deployContract("FixedMathHarness");
    const cases = vectors<[string, string]>("log2-q32");

    const results = await Promise.all(cases.map(([x]) => math.getFunction("log2Q32")(BigInt(x))));

    expect(results.map(String)).to.deep.equal(cases.map(([, expected]) => expected));
    expect(cases.length).to.be.at.least(1000);
  });

  it("FixedMath.exp2Wad equals every vector", async () => {
    const math = await ethers.deployContract("FixedMathHarness");
    const cases = vectors<[string, string]>("exp2-wad");

    const results = await Promise.all(cases.map(([x]) => math.getFunction("exp2Wad")(BigInt(x))));

    expect(results.map(String)).to.deep.equal(cases.map(([, expected]) => expected));
    expect(cases.length).to.be.at.least(1000);
  });

  for (const { name, alphasQ32, steps } of vectors<FeatureRun>("features")) {
    it(`Features equals the vector "${name}" at every step`, async () => {
      const features = await ethers.deployContract("FeaturesHarness");
      const candles = steps.map(({ candle: [open, high, low, close] }, k) => [k, k + 1, open, high, low, close]);

      const [words, lanes] = await features.getFunction("run")(candles, packAlphas(alphasQ32));

      expect([...words]).to.deep.equal(steps.flatMap((step) => step.words));
      expect([...lanes]).to.deep.equal(steps.map((step) => step.lanes));
    });
  }

  it("Linear equals every vector", async () => {
    const linear = await ethers.deployContract("LinearHarness");
    const runs = vectors<LinearRun>("linear");

    for (const { blob, cases } of runs) {
      const outputs = await linear.getFunction("evaluate")(
        blob,
        cases.map(([lanes]) => lanes),
      );
      expect(outputs.map(String)).to.deep.equal(cases.map(([, output]) => output));
    }
    expect(runs.flatMap(({ cases }) => cases).length).to.be.at.least(1000);
  });

  it("ModelRegistry takes every vector's blob", async () => {
    const registry = await ethers.deployContract("ModelRegistry");

    for (const { blob } of vectors<LinearRun>("linear")) {
      await registry.getFunction("register")(blob);
      expect(await registry.getFunction("blob")(ethers.keccak256(blob))).to.equal(blob);
    }
  });
});
