// What a vault and a share of it are worth: kit's formulas over the ledger that its events describe.
import { accrue } from "@aibot/kit/fees";
import { convertToAssets, holdingValue, totalAssets, weightBps } from "@aibot/kit/vault";
import type { Draft } from "../draft.ts";
import type { RowTypes } from "../generated/rows.ts";

type Market = RowTypes["Market"];
type Vault = RowTypes["Vault"];
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

/** What the mandate charges at present; nothing before its first event. */
export const feeRates = (draft: Draft, mandate: string) => {
  const { managementFeeBps = 0, performanceFeeBps = 0 } = draft.find("Mandate", mandate) ?? {};
  return { managementFeeBps, performanceFeeBps };
};

/** The supply with all fee shares: charged but not minted, and those that an accrual at `now` would charge. */
const accruedSupply = (draft: Draft, vault: Vault, nav: bigint, now: bigint): bigint => {
  const supply = vault.totalSupply + vault.feeShares;
  return accrue({ state: vault, rates: feeRates(draft, vault.mandate), nav, supply, now }).supply;
};

/** Recomputes NAV, NAV per share and weights of a vault after its ledger, its supply or a price has changed. */
export const revalue = (draft: Draft, id: string, now: bigint): void => {
  const vault = draft.get("Vault", id);
  const { idle, baseDecimals } = vault;
  const positions = positionsOf(draft, id);
  const nav = totalAssets({ idle, holdings: positions.map((position) => holdingOf(draft, position)), baseDecimals });
  const pool = { totalAssets: nav, totalSupply: accruedSupply(draft, vault, nav, now) };
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

export const revalueMarket = (draft: Draft, market: string, now: bigint): void => {
  for (const vault of vaultsOf(draft, (position) => position.market === market)) revalue(draft, vault, now);
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
