import { fileURLToPath } from "node:url";
import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { defineConfig } from "hardhat/config";

// The compiler comes from npm, so that nothing is downloaded at build time.
const path = fileURLToPath(import.meta.resolve("solc/soljson.js"));
const settings = {
  optimizer: { enabled: true, runs: 200 },
  evmVersion: "cancun",
  outputSelection: { "*": { "*": ["storageLayout"] } },
};

export default defineConfig({
  plugins: [toolbox],
  solidity: {
    npmFilesToBuild: ["@openzeppelin/contracts/access/manager/AccessManager.sol"], // deployed as it is
    profiles: {
      default: { version: "0.8.30", path, settings },
      production: { version: "0.8.30", path, settings: { ...settings, viaIR: true } },
    },
  },
  paths: { tests: { mocha: "./test/contracts", solidity: "./contracts" } },
  networks: {
    simulated: { type: "edr-simulated", chainId: 7001, chainType: "l1" },
  },
  test: { solidity: { fuzz: { runs: 256, seed: "0x1234" }, invariant: { runs: 32, depth: 50, failOnRevert: true } } },
});
