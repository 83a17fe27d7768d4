// One market, with parameters that never change, and the feed that forecasts it.
import { feedId, marketId } from "@aibot/kit/ids";
import { modelId } from "@aibot/kit/models";
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { Hex } from "viem";
import { marketArguments } from "../arguments.ts";
import type { Params } from "../params.ts";
import type { coreModule } from "./core.ts";

export const marketModule = (params: Params, model: Hex, core: ReturnType<typeof coreModule>) =>
  buildModule("Market", (m) => {
    const { priceBook, signedSource, chainlinkSource, modelRegistry, signalFeed } = m.useModule(core);
    const market = marketId(params.market.id);

    const registered = m.call(modelRegistry, "register", [model]);
    // After the whole core: the deployer must be governor first.
    const given = marketArguments(params, { signedSource, chainlinkSource });
    const created = m.call(priceBook, "createMarket", [market, given], { after: [core] });
    const { chainlink } = params.market;
    if (chainlinkSource !== undefined && chainlink !== undefined)
      m.call(chainlinkSource, "setAggregator", [market, chainlink.aggregator], { after: [core] });
    const feed = [feedId(params.market.feed), market, modelId(model)];
    m.call(signalFeed, "createFeed", feed, { after: [registered, created] });

    return { priceBook, signalFeed };
  });
