import type { ChainConfig, Config, MarketConfig, VaultConfig } from "./config.ts";

/** "SPX/USD vol" as a readable part of an address. */
export const feedSlug = (feed: string): string => feed.toLowerCase().replace(/[^a-z0-9]+/g, "-");

export const vaultPath = (chain: number, address: string): string => `/vault/${address.toLowerCase()}?chain=${chain}`;

export const signalPath = (chain: number, feed: string, round?: number): string =>
  `/signal/${feedSlug(feed)}${round === undefined ? "" : `/${round}`}?chain=${chain}`;

/** Something a page or an explorer can explain. */
export type ChainFact = { kind: "transaction" | "block" | "address"; value: string };

const SEGMENT = { transaction: "tx", block: "block", address: "address" } as const;

/** Our page about it; in the form explorers use, so that one follows from the other. */
export const factPath = (chain: number, { kind, value }: ChainFact): string =>
  `/chain/${chain}/${SEGMENT[kind]}/${value.toLowerCase()}`;

/** Where a fact is explained: by the chain's explorer where the configuration names one, else by a page of ours. */
export const explanationOf = (config: Config, chain: number, fact: ChainFact): { href: string; isOurs: boolean } => {
  const explorer = config.chains.find(({ id }) => id === chain)?.explorer;
  return explorer === undefined
    ? { href: factPath(chain, fact), isOurs: true }
    : { href: `${explorer}/${SEGMENT[fact.kind]}/${fact.value.toLowerCase()}`, isOurs: false };
};

const chainsNamed = (config: Config, chain: string | null): ChainConfig[] =>
  chain === null ? config.chains : config.chains.filter(({ id }) => String(id) === chain);

export type FoundVault = { chain: ChainConfig; vault: VaultConfig };
export type FoundFeed = { chain: ChainConfig; market: MarketConfig };

/** The vault an address in the location bar means; without a chain, the first that has it. */
export const findVault = (config: Config, address: string, chainId: string | null): FoundVault | undefined =>
  chainsNamed(config, chainId)
    .flatMap((chain) => chain.deployment.vaults.map((vault) => ({ chain, vault })))
    .find(({ vault }) => vault.address.toLowerCase() === address.toLowerCase());

/** The feed a slug or a full name means. */
export const findFeed = (config: Config, feed: string, chainId: string | null): FoundFeed | undefined =>
  chainsNamed(config, chainId)
    .flatMap((chain) => chain.deployment.markets.map((market) => ({ chain, market })))
    .find(({ market }) => feedSlug(market.feed) === feedSlug(feed));
