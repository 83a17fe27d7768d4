// The contracts that exist once per chain.
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
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

    assignFunctions({ m, accessManager, targets: { priceBook, signedSource, signalFeed } });
    // The deployer creates markets and feeds; hand-over.ts takes the role away where another account is to govern.
    m.call(accessManager, "grantRole", [roles.governor, deployer, 0], { id: "governor" });
    const { account, delay } = params.roles.guardian;
    m.call(accessManager, "grantRole", [roles.guardian, account, delay], { id: "guardian" });
    for (const role of guarded)
      m.call(accessManager, "setRoleGuardian", [roles[role], roles.guardian], { id: `${role}_guardian` });

    return { accessManager, signedSource, priceBook, modelRegistry, signalFeed };
  });
