// Who trades with a vault, and what it got for that.
import { mulDiv, mulDivUp } from "@aibot/kit/fixed-math";
import type { VaultArgs, VaultContext } from "./vault-context.ts";

const PRICE_SCALE = 10n ** 8n;

export const fillerId = (vault: string, { filler }: Pick<VaultArgs<"AuctionFilled">, "filler">): string =>
  `${vault}-${filler.toLowerCase()}`;

export type DiscountParams = {
  tokenDelta: bigint; // what the vault gained, or gave
  baseDelta: bigint;
  price: bigint; // 1e8
  tokenDecimals: number;
  baseDecimals: number;
};

/** What the vault's gains are short of its gifts, at the price of the fill, in base units; down, against the filler. */
export const discountOf = ({ tokenDelta, baseDelta, price, tokenDecimals, baseDecimals }: DiscountParams): bigint => {
  const unit = 10n ** BigInt(baseDecimals);
  const scale = PRICE_SCALE * 10n ** BigInt(tokenDecimals);
  const value = tokenDelta < 0n ? -mulDiv(-tokenDelta * price, unit, scale) : mulDivUp(tokenDelta * price, unit, scale);
  return -baseDelta - value;
};

export const countFill = ({ draft, origin, vault }: VaultContext, args: VaultArgs<"AuctionFilled">): void => {
  const { tokenDelta, baseDelta, price } = args;
  const { decimals: tokenDecimals } = draft.get("Position", `${vault}-${args.position}`);
  const { baseDecimals } = draft.get("Vault", vault);
  const id = fillerId(vault, args);
  const before = draft.find("Filler", id) ?? { fills: 0, volume: 0n, discount: 0n };
  draft.put("Filler", {
    id,
    vault,
    address: args.filler.toLowerCase(),
    fills: before.fills + 1,
    volume: before.volume + (baseDelta < 0n ? -baseDelta : baseDelta),
    discount: before.discount + discountOf({ tokenDelta, baseDelta, price, tokenDecimals, baseDecimals }),
    ...origin,
  });
};
