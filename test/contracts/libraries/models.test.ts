// Models of every kind against the shared vectors: what the contracts compute is what every other implementation does.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";

type ModelRun = { name?: string; blob: string; cases: [lanes: string, output: string][] };

const CASES_A_CALL = 20; // memory is not freed within a call
const TRANSACTION_GAS_LIMIT = 2n ** 24n; // EIP-7825

const vectors = (name: string): ModelRun[] =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../../vectors", `${name}.json`), "utf8"));

const { ethers } = await network.create();

describe("models on the shared vectors", () => {
  for (const kind of ["linear", "forest", "dense"]) {
    it(`Models.evaluate equals every ${kind} vector`, async () => {
      const models = await ethers.deployContract("ModelsHarness");
      const runs = vectors(kind);

      for (const { name, blob, cases } of runs) {
        for (let k = 0; k < cases.length; k += CASES_A_CALL) {
          const some = cases.slice(k, k + CASES_A_CALL);
          const outputs = await models.getFunction("evaluate")(
            blob,
            some.map(([lanes]) => lanes),
          );
          expect(outputs.map(String), name).to.deep.equal(some.map(([, output]) => output));
        }
      }
      expect(runs.flatMap(({ cases }) => cases).length).to.be.at.least(1000);
    });

    it(`ModelRegistry takes every ${kind} vector's blob within the gas of one transaction`, async () => {
      const registry = await ethers.deployContract("ModelRegistry");

      for (const { name, blob } of vectors(kind)) {
        await registry.getFunction("register")(blob, { gasLimit: TRANSACTION_GAS_LIMIT });
        expect(await registry.getFunction("blob")(ethers.keccak256(blob)), name).to.equal(blob);
      }
    });
  }
});
