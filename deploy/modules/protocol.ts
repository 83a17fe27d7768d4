// Everything of ours on one chain.
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { Hex } from "viem";
import type { Params } from "../params.ts";
import { coreModule } from "./core.ts";
import { marketModule } from "./market.ts";
import { vaultModule } from "./vault.ts";

export const protocolModule = (params: Params, model: Hex) => {
  const core = coreModule(params);
  const market = marketModule(params, model, core);
  const vault = vaultModule(params, core, market);
  return buildModule("Protocol", (m) => ({ ...m.useModule(core), ...m.useModule(vault) }));
};
