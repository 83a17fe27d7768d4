import type { ChainConfig, Config, MarketConfig, VaultConfig } from "./config.ts";

/** "SPX/USD vol" as a readable part of an address. */
export const feedSlug = (feed: string): string => feed.toLowerCase().replace(/[^a-z0-9]+/g, "-");

export const vaultPath = (chain: number, address: string): string => `/vault/${address.toLowerCase()}?chain=${chain}`;

export const signalPath = (chain: number, feed: string, round?: number): string =>
  `/signal/${feedSlug(feed)}${round === undefined ? "" : `/${round}`}?chain=${chain}`;

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
