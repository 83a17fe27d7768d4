// What a vault is worth: kit's formulas over the ledger that its events describe.
import { convertToAssets, holdingValue, totalAssets, weightBps } from "@aibot/kit/vault";
import type { Draft } from "../draft.ts";
import type { RowTypes } from "../generated/rows.ts";

type Market = RowTypes["Market"];
type Position = RowTypes["Position"];

export const positionsOf = (draft: Draft, vault: string): Position[] =>
  draft
    .list("Position")
    .filter((position) => position.vault === vault)
    .sort((a, b) => a.index - b.index);

const holdingOf = (draft: Draft, { holding, decimals, market }: Position) => ({
  amount: holding,
  price: draft.get("Market", market).price,
  decimals,
});

/** Recomputes NAV, NAV per share and weights of a vault after its ledger, its supply or a price has changed. */
export const revalue = (draft: Draft, id: string): void => {
  const vault = draft.get("Vault", id);
  const { idle, baseDecimals } = vault;
  const positions = positionsOf(draft, id);
  const nav = totalAssets({ idle, holdings: positions.map((position) => holdingOf(draft, position)), baseDecimals });
  const pool = { totalAssets: nav, totalSupply: vault.totalSupply };
  draft.put("Vault", { ...vault, nav, navPerShare: convertToAssets(10n ** BigInt(vault.shareDecimals), pool) });
  for (const position of positions) {
    const weight = Number(weightBps(holdingValue(holdingOf(draft, position), baseDecimals), nav));
    if (weight !== position.weightBps) draft.put("Position", { ...position, weightBps: weight });
  }
};

const vaultsOf = (draft: Draft, isTouched: (position: Position) => boolean): Set<string> =>
  new Set(
    draft
      .list("Position")
      .filter(isTouched)
      .map(({ vault }) => vault),
  );

export const revalueMarket = (draft: Draft, market: string): void => {
  for (const vault of vaultsOf(draft, (position) => position.market === market)) revalue(draft, vault);
};

/** Writes the chart point of the market's newest candle for every vault whose first position it is. */
export const recordPoints = (draft: Draft, market: Market, block: number): void => {
  for (const id of vaultsOf(draft, (position) => position.market === market.id && position.index === 0)) {
    const { chain, nav, navPerShare, idle } = draft.get("Vault", id);
    draft.put("VaultPoint", {
      id: `${id}-${market.candleCount}`,
      chain,
      vault: id,
      round: market.candleCount,
      timestamp: market.closedAt,
      nav,
      navPerShare,
      idle,
      price: market.price,
      weightBps: draft.get("Position", `${id}-0`).weightBps,
      block,
    });
  }
};
