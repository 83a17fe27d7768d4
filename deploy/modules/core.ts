// The contracts that exist once per chain.
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { ContractFuture, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import { zeroAddress } from "viem";
import { sortedSigners } from "../arguments.ts";
import type { Params } from "../params.ts";
import { guarded, roles } from "../trust.ts";
import { accessManagerArtifact } from "./artifacts.ts";
import { assignFunctions } from "./roles.ts";

export const coreModule = (params: Params) =>
  buildModule("Core", (m) => {
    const deployer = m.getAccount(0);
    const accessManager = m.contract("AccessManager", accessManagerArtifact(), [deployer]);
    const signedSource = m.contract("SignedSource", [accessManager, sortedSigners(params), params.quorum]);
    const priceBook = m.contract("PriceBook", [accessManager]);
    const modelRegistry = m.contract("ModelRegistry");
    const signalFeed = m.contract("SignalFeed", [accessManager, priceBook, modelRegistry]);

    const chainlink = deployChainlink(m, accessManager, params);

    assignFunctions({ m, accessManager, targets: { priceBook, signedSource, signalFeed, ...chainlink } });
    // The deployer creates markets and feeds; hand-over.ts takes the role away where another account is to govern.
    m.call(accessManager, "grantRole", [roles.governor, deployer, 0], { id: "governor" });
    const { account, delay } = params.roles.guardian;
    m.call(accessManager, "grantRole", [roles.guardian, account, delay], { id: "guardian" });
    for (const role of guarded)
      m.call(accessManager, "setRoleGuardian", [roles[role], roles.guardian], { id: `${role}_guardian` });

    return { accessManager, signedSource, priceBook, modelRegistry, signalFeed, ...chainlink };
  });

/** Nothing where the parameters name no aggregator. */
const deployChainlink = (m: IgnitionModuleBuilder, authority: ContractFuture<string>, { market }: Params) => {
  if (market.chainlink === undefined) return {};
  const { uptime, grace } = market.chainlink.sequencer ?? { uptime: zeroAddress, grace: 0 };
  return { chainlinkSource: m.contract("ChainlinkSource", [authority, uptime, grace]) };
};
