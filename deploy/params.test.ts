import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { localAccounts } from "./local-accounts.ts";
import { type Params, parseParams, readParams } from "./params.ts";

const sepolia = JSON.parse(readFileSync(new URL("./params/sepolia.json", import.meta.url), "utf8"));
const local = JSON.parse(readFileSync(new URL("./params/local.json", import.meta.url), "utf8"));

const account = (index: number) => `0x${index.toString(16).padStart(40, "0")}`;

const filled = () => ({
  ...sepolia,
  signers: [1, 2, 3, 4].map(account),
  roles: {
    governor: { account: account(5), delay: 172_800 },
    guardian: { account: account(6), delay: 0 },
    curator: { account: account(7), delay: 0 },
    loosener: { account: account(7), delay: 259_200 },
  },
  vault: {
    ...sepolia.vault,
    base: { ...sepolia.vault.base, token: account(8) },
    position: { ...sepolia.vault.position, token: account(9) },
  },
  terms: { ...sepolia.terms, feeRecipient: account(10) },
});

const refusal = (value: unknown): string => {
  try {
    parseParams(value, "chain.json");
  } catch (error) {
    assert(error instanceof Error);
    assert.equal(error.name, "InputError");
    return error.message;
  }
  return "accepted";
};

test("the public example is accepted once its addresses are filled in, and not before", () => {
  assert.equal(refusal(filled()), "accepted");
  assert.equal(refusal(sepolia), "chain.json: signers.0 is the zero address: fill in the real one.");
});

test("a public chain refuses fewer than two data sources", () => {
  const params = filled();
  const one = { ...params, market: { ...params.market, origins: ["kraken"] } };

  assert.match(refusal(one), /^chain\.json: market\.origins name 1 data source: a public chain needs 2 or more/);
});

test("a public chain refuses fewer than four signers", () => {
  assert.match(
    refusal({ ...filled(), signers: [1, 2, 3].map(account), quorum: 2 }),
    /signers are 3: a public chain needs 4 or more/,
  );
});

test("a public chain refuses accounts whose keys are public", () => {
  const { signers } = localAccounts();
  const known = signers[2]?.address ?? "";

  assert.match(refusal({ ...filled(), signers: [...[1, 2, 3].map(account), known] }), new RegExp(known));
});

test("a public chain refuses demo money, missing tokens and a governor without delay", () => {
  const params = filled();
  const { token, ...tokenless } = params.vault.base;
  const { governor } = params.roles;

  assert.match(refusal({ ...params, venue: local.venue }), /venue deploys demo money/);
  assert.match(refusal({ ...params, vault: { ...params.vault, base: tokenless } }), /vault\.base\.token is missing/);
  assert.match(
    refusal({ ...params, roles: { ...params.roles, governor: { ...governor, delay: 0 } } }),
    /roles\.governor\.delay is 0/,
  );
});

test("a quorum is more than half of the signers", () => {
  assert.match(refusal({ ...local, quorum: 2 }), /quorum is 2 of 4 signers: it must be more than half/);
  assert.match(refusal({ ...local, quorum: 5 }), /quorum is 5 of 4 signers/);
});

test("repeated signers are refused", () => {
  const [first] = local.signers;
  assert.match(refusal({ ...local, signers: [first, first, ...local.signers.slice(2)] }), /signers name 0x\w+ twice/);
});

test("cap and cash floor leave no overdraft", () => {
  assert.match(refusal({ ...local, mandate: { ...local.mandate, capBps: 9_501 } }), /mandate\.capBps is 9501/);
});

test("a band is wider than the deviation at which the network reports", () => {
  const market = { ...local.market, deviationBps: 200 };

  assert.match(refusal({ ...local, market }), /market\.deviationBps is 200: the band, 200, must be wider/);
});

test("a market has as many sources as it needs", () => {
  const market = { ...local.market, minSources: 2 };
  const chainlink = { aggregator: account(11) };

  assert.match(refusal({ ...local, market }), /market\.minSources is 2, there is 1: .* Chainlink aggregator/);
  assert.equal(refusal({ ...local, market: { ...market, chainlink } }), "accepted");
});

test("no price enters or trades that is too old to value with", () => {
  const { maxPriceAge } = local.mandate;
  for (const age of ["entryMaxAge", "fillMaxAge"]) {
    const mandate = { ...local.mandate, [age]: maxPriceAge + 1 };
    assert.match(refusal({ ...local, mandate }), new RegExp(`mandate\\.${age} is 518401: beyond maxPriceAge, 518400`));
  }
});

test("slippage leaves a keeper more than venue fee and deviation", () => {
  const least = { ...local.mandate, slippageBps: 56 };

  assert.equal(refusal({ ...local, mandate: least }), "accepted");
  assert.match(
    refusal({ ...local, mandate: { ...least, slippageBps: 55 } }),
    /mandate\.slippageBps is 55: .* no keeper/,
  );
});

test("entry and exit together cost what a stale price could bring", () => {
  const terms = { ...local.terms, exitSpreadBps: 39 };

  assert.match(refusal({ ...local, terms }), /terms\.exitSpreadBps makes entry and exit cost 59: below 60/);
});

test("fees beyond what a mandate ever allows are refused", () => {
  assert.match(
    refusal({ ...local, terms: { ...local.terms, managementFeeBps: 501 } }),
    /terms\.managementFeeBps is above 500/,
  );
  assert.match(
    refusal({ ...local, terms: { ...local.terms, performanceFeeBps: 3_001 } }),
    /terms\.performanceFeeBps is above 3000/,
  );
});

test("an unknown parameter is refused by name", () => {
  assert.match(refusal({ ...local, quorumm: 3 }), /quorumm/);
});

test("the local parameters name the accounts of the public mnemonic", () => {
  const { deployer, signers, curator, keeper, wallet, treasury } = localAccounts();
  const params: Params = parseParams(local, "local.json");

  assert.deepEqual(params.signers.toSorted(), signers.map(({ address }) => address).toSorted());
  assert.equal(params.roles.governor.account, deployer.address);
  assert.equal(params.roles.curator.account, curator.address);
  assert.equal(params.venue?.keeper, keeper.address);
  assert.equal(params.venue?.wallet, wallet.address);
  assert.equal(params.venue?.treasury, treasury.address);
  // The first account of the mnemonic that every development chain prints at its start.
  assert.equal(deployer.address, "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
  assert.equal(deployer.privateKey, "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
});

test("a file that is not there is named", () => {
  assert.throws(() => readParams("no/such.json"), /^InputError: no\/such\.json cannot be read as JSON/);
});
