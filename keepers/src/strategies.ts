import type { Deployment } from "@aibot/kit/deployment";
import { InputError } from "@aibot/kit/errors";
import { poolFillerAbi, priceBookAbi } from "@aibot/kit/generated/abis";
import { marketId } from "@aibot/kit/ids";
import type { Chain } from "@aibot/kit/node/chain";
import type { Logger } from "@aibot/kit/node/log";
import { type Address, parseUnits } from "viem";
import { createAccrue } from "./accrue.ts";
import { createArbitrage } from "./arbitrage.ts";
import { createAuction } from "./auction.ts";
import type { Config } from "./config.ts";
import type { Venue } from "./pool.ts";
import { createPublish } from "./publish.ts";
import { createSettle } from "./settle.ts";
import type { Strategy } from "./strategy.ts";

type Vault = Deployment["vaults"][number];
type Position = Vault["positions"][number];

const isSame = (a: Address, b: Address) => a.toLowerCase() === b.toLowerCase();

/** The pool of a position's token and its vault's base asset, where the deployment names one. */
const venueOf = ({ uniswap }: Deployment, { base }: Vault, { token, decimals }: Position): Venue | undefined => {
  const pool = uniswap?.pools.find((entry) => isSame(entry.token, token) && isSame(entry.base, base.token));
  if (pool === undefined) return undefined;
  return {
    pool: pool.pool,
    feePips: BigInt(pool.fee),
    tokenIsToken0: BigInt(token) < BigInt(base.token), // Uniswap sorts by address
    tokenDecimals: decimals,
    baseDecimals: base.decimals,
  };
};

type PositionParams = {
  deployment: Deployment;
  vault: Vault;
  index: number;
  poolFiller: Address | undefined;
  config: Config;
};

const positionStrategies = ({ deployment, vault, index, poolFiller, config }: PositionParams): Strategy[] => {
  const position = vault.positions[index] as Position;
  const venue = venueOf(deployment, vault, position);
  const { priceBook } = deployment.contracts;
  const minProfit = parseUnits(config.MIN_PROFIT, vault.base.decimals);
  const { NATIVE_MARKET } = config;
  const gasMarket =
    NATIVE_MARKET === undefined ? undefined : { priceBook, market: NATIVE_MARKET, baseDecimals: vault.base.decimals };
  const cover =
    venue === undefined || poolFiller === undefined ? undefined : { venue, poolFiller, minProfit, gasMarket };
  const { market, feed, token } = position;
  const auction = createAuction({ vault: vault.address, position: index, market, feed, priceBook, cover });
  if (cover === undefined) return [auction];
  const base = vault.base.token;
  return [createArbitrage({ ...cover, market, priceBook, token, base, maxPriceAge: config.MAX_PRICE_AGE }), auction];
};

type StrategiesParams = { chain: Pick<Chain, "client" | "deployment">; account: Address; config: Config; log: Logger };

/** The contract that trades, when it obeys this keeper. Without it a keeper still publishes and opens. */
const ownPoolFiller = async ({ chain, account, log }: StrategiesParams): Promise<Address | undefined> => {
  const { client, deployment } = chain;
  const address = deployment.uniswap?.poolFiller;
  if (address === undefined) return undefined;
  const owner = await client.readContract({ address, abi: poolFillerAbi, functionName: "owner" });
  if (isSame(owner, account)) return address;
  log.warn({ poolFiller: address, owner, account }, "not the owner of the PoolFiller: neither fills nor arbitrages");
  return undefined;
};

const publishStrategies = ({ chain: { client, deployment } }: StrategiesParams): Promise<Strategy[]> => {
  const { priceBook, signalFeed } = deployment.contracts;
  const createFor = async ({ id: market, feed }: Deployment["markets"][number]) => {
    const call = {
      address: priceBook,
      abi: priceBookAbi,
      functionName: "marketParams",
      args: [marketId(market)],
    } as const;
    const { sources } = await client.readContract(call);
    return createPublish({ market, feed, priceBook, signalFeed }, sources);
  };
  return Promise.all(deployment.markets.map(createFor));
};

const marketsOf = ({ positions }: Vault): string[] => positions.map(({ market }) => market);

const checkNativeMarket = ({ chain: { deployment }, config: { NATIVE_MARKET } }: StrategiesParams): void => {
  const names = deployment.markets.map(({ id }) => id);
  if (NATIVE_MARKET === undefined || names.includes(NATIVE_MARKET)) return;
  throw new InputError(
    `NATIVE_MARKET=${NATIVE_MARKET} is not a market of chain ${deployment.chainId}, which has ${names.join(", ")}; name one of them, or none.`,
  );
};

/** Everything to do on one chain, most urgent first: prices and rounds, then exits, pools, auctions and fees. */
export const createStrategies = async (params: StrategiesParams): Promise<Strategy[]> => {
  const { deployment } = params.chain;
  checkNativeMarket(params);
  const [publishing, poolFiller] = await Promise.all([publishStrategies(params), ownPoolFiller(params)]);
  const trading = deployment.vaults.flatMap((vault) => [
    createSettle({ vault: vault.address, markets: marketsOf(vault) }),
    ...vault.positions.flatMap((_, index) =>
      positionStrategies({ deployment, vault, index, poolFiller, config: params.config }),
    ),
    createAccrue({ vault: vault.address, markets: marketsOf(vault), accrueAfter: params.config.ACCRUE_AFTER }),
  ]);
  return [...publishing, ...trading];
};
