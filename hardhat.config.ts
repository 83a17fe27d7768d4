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

// On every round, deposit and fill: these are worth the slower compiler pipeline also where nothing else is. The vault is
// optimised for size as well, since all of it must fit into one contract.
const hot: [file: string, runs: number][] = [
  ["contracts/oracle/PriceBook.sol", 100_000],
  ["contracts/oracle/SignalCore.t.sol", 100_000],
  ["contracts/oracle/SignalFeed.sol", 100_000],
  ["contracts/oracle/sources/SignedSource.sol", 100_000],
  ["contracts/vault/Mandate.sol", 100_000],
  ["contracts/vault/Vault.sol", 200],
];
const overrides = Object.fromEntries(
  hot.map(([file, runs]) => [
    file,
    { version: "0.8.30", path, settings: { ...settings, viaIR: true, optimizer: { enabled: true, runs } } },
  ]),
);

export default defineConfig({
  plugins: [toolbox],
  solidity: {
    npmFilesToBuild: ["@openzeppelin/contracts/access/manager/AccessManager.sol"], // deployed as it is
    profiles: {
      default: {
        compilers: [{ version: "0.8.30", path, settings }],
        overrides,
      },
      production: { version: "0.8.30", path, settings: { ...settings, viaIR: true } },
    },
  },
  paths: {
    sources: ["./contracts", "./examples"],
    tests: { mocha: "./test/contracts", solidity: "./contracts" },
  },
  networks: {
    simulated: { type: "edr-simulated", chainId: 7001, chainType: "l1" },
  },
  test: { solidity: { fuzz: { runs: 256, seed: "0x1234" }, invariant: { runs: 32, depth: 50, failOnRevert: true } } },
});
