// Reads a deployment back: code, parameters, roles. Sends nothing.
import type { Deployment } from "@aibot/kit/deployment";
import { InputError } from "@aibot/kit/errors";
import { mandateAbi, priceBookAbi, signedSourceAbi, vaultAbi } from "@aibot/kit/generated/abis";
import { feedId, marketId } from "@aibot/kit/ids";
import { erc20Abi, type Hex } from "viem";
import { mandateArguments, marketArguments, sortedSigners } from "./arguments.ts";
import type { Connection } from "./connection.ts";
import type { Params } from "./params.ts";
import { trustLines, trustProblems } from "./trust.ts";
import { readTrust } from "./trust-on-chain.ts";

export type VerifyParams = {
  client: Connection;
  deployment: Deployment;
  params: Params;
  log: (line: string) => void;
};

/** Prints the trust table and what governance has changed; InputError when the chain is not what `params` describe. */
export const verify = async ({ client, deployment, params, log }: VerifyParams): Promise<void> => {
  refuse(await withoutCode(client, deployment));

  const [fixed, governed, trust] = await Promise.all([
    fixedFacts(client, deployment, params),
    governedFacts(client, deployment, params),
    readTrust(client, deployment),
  ]);
  for (const line of trustLines(trust)) log(line);
  for (const fact of governed.filter(differs)) log(`Changed since deployment: ${told(fact)}.`);
  refuse([
    ...fixed.filter(differs).map((fact) => `${told(fact)}: use the parameters of this deployment.`),
    ...trustProblems(trust, params, client.account.address),
  ]);
};

const refuse = (problems: string[]): void => {
  if (problems.length > 0) throw new InputError(problems.join(" "));
};

const withoutCode = async (client: Connection, deployment: Deployment): Promise<string[]> => {
  const addresses = Object.entries(addressesOf(deployment));
  const codes = await Promise.all(addresses.map(([, address]) => client.getCode({ address })));
  const missing = addresses.filter((_, index) => codes[index] === undefined).map(([name]) => name);
  if (missing.length === 0) return [];
  const { chainId, startBlock } = deployment;
  return [
    `Chain ${chainId} is not the one deployed to from block ${startBlock} on, it has no ${missing.join(", ")}: start anew in an empty folder.`,
  ];
};

const addressesOf = ({ contracts, vaults, uniswap }: Deployment): Record<string, Hex> => ({
  ...contracts,
  ...Object.fromEntries(
    vaults.flatMap(({ name, address, mandate, base, positions }) => [
      [name, address],
      [`the mandate of ${name}`, mandate],
      ...[base, ...positions].map(({ symbol, token }) => [symbol, token]),
    ]),
  ),
  ...(uniswap && { factory: uniswap.factory, router: uniswap.router, poolFiller: uniswap.poolFiller }),
  ...Object.fromEntries(uniswap?.pools.map(({ market, pool }) => [`the pool of ${market}`, pool]) ?? []),
});

type Fact = { name: string; actual: unknown; expected: unknown };

const text = (value: unknown): string =>
  JSON.stringify(value, (_, item) => (typeof item === "bigint" ? comparable(item) : item)).toLowerCase();
// What is small comes from a chain as a number or as a bigint, by its type there.
const comparable = (value: bigint): number | string =>
  Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
const differs = ({ actual, expected }: Fact): boolean => text(actual) !== text(expected);
const told = ({ name, actual, expected }: Fact): string => `${name} is ${text(actual)}, not ${text(expected)}`;

const onlyVault = ({ vaults: [vault] }: Deployment) => {
  const position = vault?.positions[0];
  if (vault === undefined || position === undefined) throw new Error("A deployment has one vault with one position");
  return { vault, position };
};

const factsOf = (noun: string, actual: object, expected: object): Fact[] =>
  Object.entries(expected).map(([key, value]) => ({
    name: `${noun} ${key}`,
    actual: Reflect.get(actual, key),
    expected: value,
  }));

/** Of mandate and terms what a role may change; the rest is fixed for good. */
const changeable = {
  limits: ["targetVolBps", "bandBps", "maxSignalAge", "maxDrawdownBps", "lossBudgetBps", "turnoverBudgetBps"],
  terms: ["depositCap", "entryPausedUntil", "managementFeeBps", "performanceFeeBps"],
};

const pick = (from: object, isWanted: (key: string) => boolean): object =>
  Object.fromEntries(Object.entries(from).filter(([key]) => isWanted(key)));

// What no role can change.
const fixedFacts = async (client: Connection, deployment: Deployment, params: Params): Promise<Fact[]> => {
  const { priceBook, signedSource, chainlinkSource } = deployment.contracts;
  const { vault, position } = onlyVault(deployment);
  const [market, limits, terms, asset, mandateOfVault, held, baseDecimals, positionDecimals] = await Promise.all([
    client.readContract({
      address: priceBook,
      abi: priceBookAbi,
      functionName: "marketParams",
      args: [marketId(params.market.id)],
    }),
    client.readContract({ address: vault.mandate, abi: mandateAbi, functionName: "params" }),
    client.readContract({ address: vault.mandate, abi: mandateAbi, functionName: "terms" }),
    client.readContract({ address: vault.address, abi: vaultAbi, functionName: "asset" }),
    client.readContract({ address: vault.address, abi: vaultAbi, functionName: "mandate" }),
    client.readContract({ address: vault.address, abi: vaultAbi, functionName: "position", args: [0n] }),
    client.readContract({ address: vault.base.token, abi: erc20Abi, functionName: "decimals" }),
    client.readContract({ address: position.token, abi: erc20Abi, functionName: "decimals" }),
  ]);
  const expected = mandateArguments(params);
  const holding = { token: position.token, market: marketId(params.market.id), feed: feedId(params.market.feed) };
  return [
    ...factsOf("Market", market, marketArguments(params, { signedSource, chainlinkSource })),
    ...factsOf(
      "Mandate",
      limits,
      pick(expected.limits, (key) => !changeable.limits.includes(key)),
    ),
    ...factsOf(
      "Mandate",
      terms,
      pick(expected.terms, (key) => !changeable.terms.includes(key)),
    ),
    ...factsOf("Position", held, holding),
    { name: "Vault asset", actual: asset, expected: vault.base.token },
    { name: "Vault mandate", actual: mandateOfVault, expected: vault.mandate },
    { name: `Decimals of ${vault.base.symbol}`, actual: baseDecimals, expected: vault.base.decimals },
    { name: `Decimals of ${position.symbol}`, actual: positionDecimals, expected: position.decimals },
  ];
};

// What a role may have changed since.
const governedFacts = async (client: Connection, deployment: Deployment, params: Params): Promise<Fact[]> => {
  const signedSource = { address: deployment.contracts.signedSource, abi: signedSourceAbi } as const;
  const mandate = { address: onlyVault(deployment).vault.mandate, abi: mandateAbi } as const;
  const [signers, quorum, limits, terms, feeRecipient, capBps] = await Promise.all([
    client.readContract({ ...signedSource, functionName: "signers" }),
    client.readContract({ ...signedSource, functionName: "quorum" }),
    client.readContract({ ...mandate, functionName: "params" }),
    client.readContract({ ...mandate, functionName: "terms" }),
    client.readContract({ ...mandate, functionName: "feeRecipient" }),
    client.readContract({ ...mandate, functionName: "capBps", args: [0n] }),
  ]);
  const expected = mandateArguments(params);
  return [
    { name: "Signers", actual: signers, expected: sortedSigners(params) },
    { name: "Quorum", actual: quorum, expected: params.quorum },
    { name: "Mandate feeRecipient", actual: feeRecipient, expected: expected.feeRecipient },
    { name: "Mandate capBps", actual: capBps, expected: params.mandate.capBps },
    ...factsOf(
      "Mandate",
      limits,
      pick(expected.limits, (key) => changeable.limits.includes(key)),
    ),
    ...factsOf(
      "Mandate",
      terms,
      pick(expected.terms, (key) => changeable.terms.includes(key)),
    ),
  ];
};
