// The vault, the mandate and its budgets against the shared vectors: the same integers as kit, unit for unit.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Contract } from "ethers";
import { network } from "hardhat";
import { TARGET_CAPS, TARGET_SHARES } from "../../vectors/vault.ts";

const MARKET = bytes32("SPX/USD");
const OTHERS = bytes32("OTHERS/USD");
const BATCH = 25; // cases a call, which has the gas of a transaction

type Budgets = { window: string; steps: string[][] }; // time, turnover, loss, totals of both

const { ethers } = await network.create({ override: { allowUnlimitedContractSize: true } });

function bytes32(text: string): string {
  return `0x${Buffer.from(text).toString("hex").padEnd(64, "0")}`;
}

const vectors = <T>(name: string): T[] =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../../vectors", `${name}.json`), "utf8"));

const params = {
  targetVolBps: 1000,
  bandBps: 1,
  cashFloorBps: 500,
  levels: 1,
  maxSignalAge: 86_400,
  unwindDelay: 86_400,
  maxPriceAge: 86_400,
  entryMaxAge: 86_400,
  fillMaxAge: 86_400,
  auctionLife: 600,
  premiumBps: 20,
  slippageBps: 60,
  venueFeeBps: 5,
  maxDrawdownBps: 10_000,
  lossBudgetBps: 1000,
  turnoverBudgetBps: 100_000,
  budgetWindow: 86_400,
};

const freeTerms = {
  depositCap: 2n ** 128n - 1n,
  entryPausedUntil: 0,
  entrySpreadBps: 30,
  exitSpreadBps: 30,
  managementFeeBps: 0,
  performanceFeeBps: 0,
};

const deployFormulas = async (baseDecimals: number, tokenDecimals: number): Promise<Contract> => {
  const book = await ethers.deployContract("SetPriceBook");
  const feed = await ethers.deployContract("SetSignal");
  const mandate = await ethers.deployContract("SetMandate");
  const asset = await ethers.deployContract("MoodyToken", ["USD", baseDecimals]);
  const token = await ethers.deployContract("MoodyToken", ["SPX", tokenDecimals]);
  const others = await ethers.deployContract("MoodyToken", ["OTHERS", baseDecimals]);
  for (const market of [MARKET, OTHERS]) await book.getFunction("set")(market, 10n ** 8n);
  await mandate.getFunction("setParams")(params);
  await mandate.getFunction("setTerms")(freeTerms);
  return ethers.deployContract("VaultFormulas", [
    {
      asset,
      name: "Formulas",
      symbol: "F",
      priceBook: book,
      signalFeed: feed,
      mandate,
      positions: [
        { token, market: MARKET, feed: MARKET },
        { token: others, market: OTHERS, feed: OTHERS },
      ],
    },
  ]);
};

/** Asks for all cases, some at a time, and compares each with the last columns of its row. */
const compare = async (contract: Contract, name: string, rows: string[][], inputs: number): Promise<void> => {
  for (let start = 0; start < rows.length; start += BATCH) {
    const batch = rows.slice(start, start + BATCH);
    const outcomes = await contract.getFunction(name).staticCall(batch.map((row) => row.slice(0, inputs)));
    for (const [k, row] of batch.entries()) {
      expect([...outcomes[k]].map(String), row.join(" ")).to.deep.equal(row.slice(inputs));
    }
  }
};

describe("vault formulas on the shared vectors", function () {
  this.timeout(120_000);

  it("VLT1 deposits, mints, redemptions and withdrawals equal every vector", async () => {
    const rows = vectors<string[]>("vault-shares");

    await compare(await deployFormulas(6, 6), "sharesOf", rows, 7);
    expect(rows.length).to.be.at.least(1000);
  });

  it("V9 fee accruals equal every vector", async () => {
    const rows = vectors<string[]>("vault-fees");

    await compare(await deployFormulas(6, 6), "feesOf", rows, 8);
    expect(rows.length).to.be.at.least(1000);
  });

  it("VLT5 auction amounts and prices equal every vector", async () => {
    const rows = vectors<string[]>("vault-auction");

    for (const units of new Set(rows.map(([base, token]) => `${base} ${token}`))) {
      const [base, token] = units.split(" ").map(Number);
      const contract = await deployFormulas(base ?? 0, token ?? 0);
      const same = rows.filter((row) => `${row[0]} ${row[1]}` === units).map((row) => row.slice(2));
      await compare(contract, "auctionOf", same, 16);
    }
    expect(rows.length).to.be.at.least(1000);
  });

  it("VLT3 budgets equal every vector", async () => {
    const budget = await ethers.deployContract("BudgetHarness");
    const runs = vectors<Budgets>("vault-budget");

    for (const { window, steps } of runs) {
      const uses = steps.map((step) => step.slice(0, 3));
      const totals = await budget.getFunction("run")(window, uses);
      expect([...totals].map((pair) => [...pair].map(String))).to.deep.equal(steps.map((step) => step.slice(3)));
    }
    expect(runs.flatMap(({ steps }) => steps).length).to.be.at.least(1000);
  });

  it("Mandate.targetWeightBps equals every vector", async () => {
    const [deployer] = await ethers.getSigners();
    const manager = await ethers.deployContract("AccessManager", [deployer]);
    const allocations = TARGET_SHARES.map((shareBps, i) => ({ shareBps, capBps: TARGET_CAPS[i] }));
    const rows = vectors<string[]>("vault-target");

    const mandates = new Map<string, Contract>();
    for (const [signal, targetVolBps = "", ...weights] of rows) {
      const limits = { ...params, targetVolBps, cashFloorBps: 0 };
      const mandate =
        mandates.get(targetVolBps) ??
        (await ethers.deployContract("Mandate", [manager, limits, freeTerms, ethers.ZeroAddress, allocations]));
      mandates.set(targetVolBps, mandate);
      const actual = await Promise.all(weights.map((_, i) => mandate.getFunction("targetWeightBps")(i, signal)));
      expect(actual.map(String), `${signal} ${targetVolBps}`).to.deep.equal(weights);
    }
    expect(rows.length * TARGET_SHARES.length).to.be.at.least(1000);
  });
});
