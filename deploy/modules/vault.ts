// One vault under its mandate. Where the parameters name no token, a demo token stands in: local chains only.
import { feedId, marketId } from "@aibot/kit/ids";
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { parseUnits } from "viem";
import { mandateArguments } from "../arguments.ts";
import type { Params } from "../params.ts";
import { roles } from "../trust.ts";
import { tokenArtifact } from "./artifacts.ts";
import type { coreModule } from "./core.ts";
import type { marketModule } from "./market.ts";
import { assignFunctions } from "./roles.ts";

export const vaultModule = (
  params: Params,
  core: ReturnType<typeof coreModule>,
  marketDone: ReturnType<typeof marketModule>,
) =>
  buildModule("Vault", (m) => {
    const { market, vault } = params;
    const { accessManager, priceBook, signalFeed } = m.useModule(core);

    const token = (id: "base" | "position", faucetCap: bigint) => {
      const { token: address, name, symbol, decimals } = vault[id];
      if (address !== undefined) return m.contractAt("Token", tokenArtifact(), address, { id });
      return m.contract("DemoToken", [name, symbol, decimals, faucetCap], { id });
    };
    const base = token("base", parseUnits(params.venue?.walletBalance ?? "0", vault.base.decimals));
    const position = token("position", 0n);

    const { limits, terms, feeRecipient, allocations } = mandateArguments(params);
    const mandate = m.contract("Mandate", [accessManager, limits, terms, feeRecipient, allocations]);
    const vaultParams = {
      asset: base,
      name: vault.name,
      symbol: vault.symbol,
      priceBook,
      signalFeed,
      mandate,
      positions: [{ token: position, market: marketId(market.id), feed: feedId(market.feed) }],
    };
    // The vault refuses a market or a feed that does not exist yet.
    const vaultContract = m.contract("Vault", [vaultParams], { after: [marketDone] });

    assignFunctions({ m, accessManager, targets: { mandate } });
    for (const role of ["curator", "loosener"] as const) {
      const { account, delay } = params.roles[role];
      m.call(accessManager, "grantRole", [roles[role], account, delay], { id: role });
    }

    return { base, position, mandate, vault: vaultContract };
  });
