// What the addresses of a chain are, as far as the deployment and the signer sets tell.
import type { ChainConfig } from "./config.ts";

export type Name =
  | { kind: "contract"; name: string } // as the contract is called in the source
  | { kind: "vault"; name: string; address: string }
  | { kind: "mandate"; vault: string }
  | { kind: "base" | "token"; symbol: string }
  | { kind: "pool"; market: string }
  | { kind: "signer"; number: number };

export type Names = ReadonlyMap<string, Name>;

const CONTRACTS = {
  accessManager: "AccessManager",
  priceBook: "PriceBook",
  signedSource: "SignedSource",
  chainlinkSource: "ChainlinkSource",
  modelRegistry: "ModelRegistry",
  signalFeed: "SignalFeed",
} as const;

type Entry = readonly [address: string, name: Name];

const contractsOf = ({ contracts, uniswap }: ChainConfig["deployment"]): Entry[] => {
  const own = Object.entries(CONTRACTS).map(([key, name]) => [contracts[key as keyof typeof CONTRACTS], name] as const);
  const venue: (readonly [string | undefined, string])[] =
    uniswap === undefined
      ? []
      : [
          [uniswap.poolFiller, "PoolFiller"],
          [uniswap.factory, "UniswapV3Factory"],
          [uniswap.router, "SwapRouter"],
        ];
  return [...own, ...venue].flatMap(([address, name]) =>
    address === undefined ? [] : [[address, { kind: "contract", name }] as const],
  );
};

const vaultsOf = ({ vaults }: ChainConfig["deployment"]): Entry[] =>
  vaults.flatMap(({ address, mandate, name, base, positions }): Entry[] => [
    [base.token, { kind: "base", symbol: base.symbol }],
    ...positions.map(({ token, symbol }): Entry => [token, { kind: "token", symbol }]),
    [mandate, { kind: "mandate", vault: name }],
    [address, { kind: "vault", name, address }],
  ]);

const poolsOf = ({ uniswap }: ChainConfig["deployment"]): Entry[] =>
  (uniswap?.pools ?? []).map(({ pool, market }) => [pool, { kind: "pool", market }]);

/** Signers are counted in the order of the signer set, which is that of their addresses. */
export const namesOf = ({ deployment }: ChainConfig, signers: readonly string[]): Names =>
  new Map(
    [
      ...signers.map((address, index): Entry => [address, { kind: "signer", number: index + 1 }]),
      ...poolsOf(deployment),
      ...vaultsOf(deployment),
      ...contractsOf(deployment),
    ].map(([address, name]) => [address.toLowerCase(), name]),
  );

export const nameOf = (names: Names, address: string | null | undefined): Name | undefined =>
  names.get(address?.toLowerCase() ?? "");
