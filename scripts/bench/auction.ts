// A whole fill through a pool, beside the bare swap of the same amount on the same pool.
import type { Candle } from "@aibot/kit/candles";
import { demoTokenAbi, poolFillerAbi } from "@aibot/kit/generated/abis";
import { type Address, maxUint128 } from "viem";
import { poolAbi, sqrtPriceX96, type Venue } from "../../keepers/src/pool.ts";
import { lotPaying, openIfDue, reportSession } from "../simulation/session.ts";
import { figure, type Line, type Peer } from "./line.ts";
import { benchAbi, type World } from "./world.ts";

const COST_BPS = 10; // above the pool's fee, so that the fill pays
const STOCK = 10n ** 9n; // whole units of each token

type Fill = { isPurchase: boolean; open: number; fill: number; swap: number };

/** Plays on until the vault has bought and sold once more: prices and forecasts are the market's. */
export const measureAuction = async (world: World, transfer: Peer): Promise<Line[]> => {
  const { protocol, next, deploy } = world;
  const swapper = await deploy("PoolSwapper");
  await stock(world, swapper);

  const fills: Fill[] = [];
  for (const candle of next) {
    await reportSession(protocol, candle);
    const opened = await openIfDue(protocol, candle);
    if (opened === undefined) continue;
    fills.push({ ...(await measureFill(world, candle, swapper)), open: Number(opened.gasUsed) });
    if (new Set(fills.map(({ isPurchase }) => isPurchase)).size === 2) return linesOf(fills, transfer);
  }
  throw new Error("the sessions have no purchase and no sale");
};

const linesOf = (fills: Fill[], transfer: Peer): Line[] => {
  const dearest = fills.toSorted((a, b) => b.fill - a.fill)[0] as Fill;
  return [
    figure({ name: "auction.open.gas", value: Math.max(...fills.map(({ open }) => open)), peer: transfer }),
    figure({
      name: "auction.fill.gas",
      value: dearest.fill,
      peer: { name: "bare Uniswap v3 swap", value: dearest.swap },
    }),
    figure({ name: "auction.fill.overhead.gas", value: Math.max(...fills.map(({ fill, swap }) => fill - swap)) }),
  ];
};

/** Whoever swaps holds some of both tokens, before and after. */
const stock = async ({ protocol }: World, holder: Address): Promise<void> => {
  const { accounts, vault, position, transact } = protocol;
  for (const { token, decimals } of [vault.base, position]) {
    const args = [holder, STOCK * 10n ** BigInt(decimals)];
    await transact(accounts.deployer.address, { address: token, abi: demoTokenAbi, functionName: "mint", args });
  }
};

const measureFill = async ({ protocol }: World, candle: Candle, swapper: Address): Promise<Omit<Fill, "open">> => {
  const { chain, accounts, vault, transact } = protocol;
  const keeper = accounts.keeper.address;
  const { poolFiller, venue } = venueOf(protocol);
  await levelPool(protocol, candle.close);
  const lot = await lotPaying(protocol, candle, COST_BPS);

  // The vault sells tokens: all of them go into the pool. It buys them: exactly so many come out.
  const zeroForOne = lot.isPurchase ? !venue.tokenIsToken0 : venue.tokenIsToken0;
  const args = [venue.pool, zeroForOne, lot.isPurchase ? -lot.amount : lot.amount];
  const swapCall = { address: swapper, abi: benchAbi("PoolSwapper"), functionName: "swap", args };
  const swapped = await chain.undone(() => transact(keeper, swapCall, lot.at));

  const fillArgs = [vault.address, 0n, lot.amount, lot.baseAmount, venue.pool, 0n];
  const fillCall = { address: poolFiller, abi: poolFillerAbi, functionName: "fill", args: fillArgs };
  const filled = await transact(keeper, fillCall, lot.at);
  return { isPurchase: lot.isPurchase, fill: Number(filled.gasUsed), swap: Number(swapped.gasUsed) };
};

const venueOf = ({ deployment, vault, position }: World["protocol"]): { poolFiller: Address; venue: Venue } => {
  const { uniswap } = deployment;
  const [pool] = uniswap?.pools ?? [];
  if (uniswap === undefined || pool === undefined) throw new Error("A local deployment has a pool");
  const venue = {
    ...{ pool: pool.pool, feePips: BigInt(pool.fee), tokenIsToken0: BigInt(pool.token) < BigInt(pool.base) },
    ...{ tokenDecimals: position.decimals, baseDecimals: vault.base.decimals },
  };
  return { poolFiller: uniswap.poolFiller, venue };
};

/** Brings the pool to the oracle price, as arbitrage does. */
const levelPool = async (protocol: World["protocol"], price: bigint): Promise<void> => {
  const { poolFiller, venue } = venueOf(protocol);
  const target = sqrtPriceX96(price, venue);
  const [present] = await protocol.chain.client.readContract({
    ...{ address: venue.pool, abi: poolAbi, functionName: "slot0" },
  });
  if (present === target) return;
  const args = [venue.pool, target < present, maxUint128, target];
  const call = { address: poolFiller, abi: poolFillerAbi, functionName: "arbitrage", args };
  await protocol.transact(protocol.accounts.keeper.address, call);
};
