// The trust table three times: what the contracts refuse, what deploy/trust.ts opens, what the document says.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Contract, Fragment, FunctionFragment, ParamType } from "ethers";
import { network } from "hardhat";
import { mandateArguments, sortedSigners } from "../../../deploy/arguments.ts";
import { type Params, readParams } from "../../../deploy/params.ts";
import { type Role, rules } from "../../../deploy/trust.ts";

const { ethers } = await network.create();

const root = join(import.meta.dirname, "../../..");
const artifacts = join(root, "artifacts/contracts");
const local = readParams(join(root, "deploy/params/local.json"));
const publicChain = JSON.parse(readFileSync(join(root, "deploy/params/sepolia.json"), "utf8")) as Params;

/** Names of our contracts whose ABI tells of an AccessManager. */
const managedContracts = (): string[] =>
  readdirSync(artifacts, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".json") && !file.includes(".t.sol"))
    .map((file) => JSON.parse(readFileSync(join(artifacts, file), "utf8")))
    .filter(({ bytecode }) => bytecode !== "0x")
    .filter(({ abi }) => abi.some(({ name }: { name?: string }) => name === "AccessManagedUnauthorized"))
    .map(({ contractName }) => contractName as string);

const deployManaged = async (): Promise<Record<string, Contract>> => {
  const [governor] = await ethers.getSigners();
  const deploy = async (name: string, ...args: unknown[]) =>
    (await ethers.deployContract(name, args)) as unknown as Contract;
  const manager = await deploy("AccessManager", governor);
  const { limits, terms, feeRecipient, allocations } = mandateArguments(local);
  const PriceBook = await deploy("PriceBook", manager);
  const registry = await deploy("ModelRegistry");
  return {
    PriceBook,
    SignedSource: await deploy("SignedSource", manager, sortedSigners(local), local.quorum),
    ChainlinkSource: await deploy("ChainlinkSource", manager, ethers.ZeroAddress, 0),
    SignalFeed: await deploy("SignalFeed", manager, PriceBook, registry),
    Mandate: await deploy("Mandate", manager, limits, terms, feeRecipient, allocations),
  };
};

/** The least value that decodes as `type`. */
const zeroOf = ({ baseType, type, components, arrayLength }: ParamType): unknown => {
  if (baseType === "array") return Array(Math.max(arrayLength ?? 0, 0)).fill(0);
  if (baseType === "tuple") return components?.map(zeroOf);
  if (type === "address") return ethers.ZeroAddress;
  if (type.startsWith("bytes")) return type === "bytes" ? "0x" : ethers.zeroPadBytes("0x", Number(type.slice(5)));
  return type === "bool" ? false : type === "string" ? "" : 0;
};

const isStateChanging = (fragment: Fragment): fragment is FunctionFragment =>
  fragment.type === "function" && !(fragment as FunctionFragment).constant;

/** Functions that turn a stranger away before they look at anything else. */
const restrictedFunctions = async (name: string, contract: Contract): Promise<string[]> => {
  const [, stranger] = await ethers.getSigners();
  const denied = ethers.id("AccessManagedUnauthorized(address)").slice(0, 10);
  const found: string[] = [];
  for (const fragment of contract.interface.fragments.filter(isStateChanging)) {
    const data = contract.interface.encodeFunctionData(fragment, fragment.inputs.map(zeroOf));
    const answer = await ethers.provider
      .call({ from: stranger?.address ?? "", to: String(contract.target), data })
      .catch((error: { data?: string }) => error.data ?? "");
    if (String(answer).startsWith(denied)) found.push(`${name}.${fragment.name}`);
  }
  return found;
};

/** Contract names of trust.ts's targets, which begin small as variables do. */
const contractOf = (target: string): string => `${target.charAt(0).toUpperCase()}${target.slice(1)}`;

const functionsOf = (role: Role): string[] =>
  rules
    .filter((rule) => rule.role === role)
    .flatMap(({ target, functions }) => functions.map((name) => `${contractOf(target)}.${name}`))
    .sort();

type Row = { role: string; functions: string[]; delay: string };

/** The rows of the first table under "Trust table". */
const documentedRows = (): Row[] => {
  const text = readFileSync(join(root, "docs/threat-model.md"), "utf8");
  const table = /## Trust table\n[^|]*((?:\|.*\n)+)/.exec(text)?.[1] ?? "";
  return table
    .trim()
    .split("\n")
    .slice(2)
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, role = "", functions = "", delay = ""]) => ({
      role,
      functions: [...functions.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name).sort(),
      delay,
    }));
};

describe("trust table", () => {
  it("lists every contract that asks the AccessManager", async () => {
    expect(managedContracts().sort()).to.deep.equal(Object.keys(await deployManaged()).sort());
  });

  it("V17 gives exactly the restricted functions to a role, each to one", async () => {
    const contracts = Object.entries(await deployManaged());
    const restricted = await Promise.all(contracts.map(([name, contract]) => restrictedFunctions(name, contract)));
    // AccessManaged's own: the manager itself calls it, on its administrator's word, and nobody else ever can.
    const own = restricted.flat().filter((name) => !name.endsWith(".setAuthority"));

    const given = rules.flatMap(({ target, functions }) => functions.map((name) => `${contractOf(target)}.${name}`));
    expect(given.sort()).to.deep.equal(own.sort());
  });

  it("is the table of docs/threat-model.md, role by role", () => {
    const rows = documentedRows();

    expect(rows.map(({ role }) => role)).to.deep.equal(["governor", "guardian", "curator", "loosener"]);
    for (const { role, functions } of rows) expect(functions, role).to.deep.equal(functionsOf(role as Role));
  });

  it("tells there which roles wait on a public chain", () => {
    for (const { role, delay } of documentedRows()) {
      const { delay: seconds } = publicChain.roles[role as keyof Params["roles"]];
      expect(delay, role).to.equal(seconds === 0 ? "none" : "days");
    }
  });

  it("V17 delays whatever loosens and nothing that tightens", () => {
    const mandate = Object.fromEntries(rules.map(({ target, role, functions }) => [`${target} ${role}`, functions]));

    expect(mandate["mandate curator"]?.every((name) => /^(tighten|lower)/.test(name))).to.equal(true);
    expect(mandate["mandate guardian"]).to.deep.equal(["pauseEntry", "resumeEntry"]);
    expect(mandate["mandate loosener"]?.some((name) => /^(tighten|lower|pause)/.test(name))).to.equal(false);
  });
});
