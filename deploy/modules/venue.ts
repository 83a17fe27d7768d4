// A Uniswap v3 pool of our own, deep enough for the vault, and demo money for everyone who needs some.
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { CallableContractFuture, ContractFuture } from "@nomicfoundation/ignition-core";
import { type Hex, maxUint48, maxUint256, parseUnits, zeroAddress } from "viem";
import type { Params } from "../params.ts";
import { poolAmounts, sqrtPriceX96 } from "../pool-price.ts";
import { factoryArtifact, poolArtifact, positionManagerArtifact, routerArtifact } from "./artifacts.ts";
import type { protocolModule } from "./protocol.ts";

export type VenueParams = {
  params: Params;
  venue: NonNullable<Params["venue"]>;
  protocol: ReturnType<typeof protocolModule>;
  isPositionFirst: boolean; // Uniswap orders the tokens of a pool by address, known only once they are deployed
};

const FULL_RANGE = 887_270; // the last tick on a grid of 10
const STOCK = 4n; // times the pool's depth: moves its price to a twentieth or twentyfold before it runs out

export const venueModule = ({ params: { vault }, venue, protocol, isPositionFirst }: VenueParams) =>
  buildModule("Venue", (m) => {
    const contracts = m.useModule(protocol);
    // Local chains only, where both tokens are demo tokens with a mint of ours.
    const base = contracts.base as CallableContractFuture<string>;
    const position = contracts.position as CallableContractFuture<string>;
    const deployer = m.getAccount(0);
    const mint = (id: string, token: typeof base, to: Hex | typeof deployer | ContractFuture<string>, amount: bigint) =>
      m.call(token, "mint", [to, amount], { id });

    const factory = m.contract("UniswapV3Factory", factoryArtifact());
    // Neither wrapped ether nor pictures of positions exist here: both addresses stay zero.
    const router = m.contract("SwapRouter", routerArtifact(), [factory, zeroAddress]);
    const managerArguments = [factory, zeroAddress, zeroAddress];
    const manager = m.contract("NonfungiblePositionManager", positionManagerArtifact(), managerArguments);
    const poolFiller = m.contract("PoolFiller", [venue.keeper]);

    const depth = poolAmounts(venue, vault);
    mint("treasury", base, venue.treasury, parseUnits(venue.treasuryBalance, vault.base.decimals));
    mint("wallet", base, venue.wallet, parseUnits(venue.walletBalance, vault.base.decimals));
    mint("base_stock", base, poolFiller, depth.base * STOCK);
    mint("position_stock", position, poolFiller, depth.position * STOCK);
    const funded = [
      mint("base_depth", base, deployer, depth.base),
      mint("position_depth", position, deployer, depth.position),
      m.call(base, "approve", [manager, maxUint256], { id: "base_approval" }),
      m.call(position, "approve", [manager, maxUint256], { id: "position_approval" }),
    ];

    const [token0, token1] = isPositionFirst ? [position, base] : [base, position];
    const [amount0, amount1] = isPositionFirst ? [depth.position, depth.base] : [depth.base, depth.position];
    const start = [token0, token1, venue.fee, sqrtPriceX96(amount0, amount1)];
    const created = m.call(manager, "createAndInitializePoolIfNecessary", start, { id: "pool_created" });
    const liquidity = {
      token0,
      token1,
      fee: venue.fee,
      tickLower: -FULL_RANGE,
      tickUpper: FULL_RANGE,
      amount0Desired: amount0,
      amount1Desired: amount1,
      amount0Min: 0,
      amount1Min: 0,
      recipient: deployer,
      deadline: maxUint48,
    };
    m.call(manager, "mint", [liquidity], { id: "liquidity", after: [created, ...funded] });
    const address = m.staticCall(factory, "getPool", [token0, token1, venue.fee], 0, { after: [created] });
    const pool = m.contractAt("UniswapV3Pool", poolArtifact(), address);

    return { factory, router, poolFiller, pool };
  });
