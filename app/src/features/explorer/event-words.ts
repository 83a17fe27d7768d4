// What an event means, in words, with links to what it is about.
import { idText } from "@aibot/kit/ids";
import { volatilityBps } from "@aibot/kit/signals";
import type { Hex } from "viem";
import type { ChainConfig, VaultConfig } from "../../config.ts";
import { abs, type Format, withUnit } from "../../format.ts";
import { signalPath, vaultPath } from "../../links.ts";
import type { Messages } from "../../messages/text.tsx";
import type { DecodedEvent } from "./decode.ts";
import { tokensOf } from "./model.ts";

/** `text` with placeholders for `addresses`; `page` explains more. */
export type EventWords = { text: string; addresses: Record<string, string>; page?: { path: string; title: string } };

type Context = { chain: ChainConfig; t: Messages["explorer"]; f: Format };
type Values = Record<string, unknown>;

const SHARES_ABOVE_BASE = 6;
const PRICE_DECIMALS = 8;

const big = (value: unknown): bigint => BigInt(String(value));
const name = (value: unknown): string => idText(value as Hex);
const say = (text: string, addresses: Record<string, unknown> = {}): EventWords => ({
  text,
  addresses: Object.fromEntries(Object.entries(addresses).map(([key, value]) => [key, String(value).toLowerCase()])),
});

const oracleWords = (event: string, values: Values, { chain, t, f }: Context): EventWords | undefined => {
  const { events } = t;
  const market = () => name(values.market);
  const price = (value: unknown) => f.fixed(big(value), PRICE_DECIMALS, 2);
  switch (event) {
    case "PriceReported":
      return say(events.PriceReported(market(), price(values.price)));
    case "CandleReported":
      return say(events.CandleReported(market(), price(values.close)));
    case "PriceUpdated":
      return say(events.PriceUpdated(market(), price(values.price)));
    case "CandleClosed":
      return say(events.CandleClosed(market(), f.count(Number(values.index)), price(values.close)));
    case "MarketHalted":
      return say(events.MarketHalted(market()));
    case "MarketResumed":
      return say(events.MarketResumed(market()));
    case "SignalPublished": {
      const [feed, round] = [name(values.feed), Number(values.round)];
      const text = events.SignalPublished(feed, String(round), f.percent(Number(volatilityBps(big(values.value)))));
      return { ...say(text), page: { path: signalPath(chain.id, feed, round), title: t.round(String(round)) } };
    }
    default:
      return undefined;
  }
};

type Amounts = { cash: (value: unknown) => string; shares: (value: unknown) => string };

const amountsOf = ({ base }: VaultConfig, { t, f }: Context): Amounts => ({
  cash: (value) => f.money(abs(big(value)), base.decimals, base.symbol),
  shares: (value) => t.shares(f.quantity(big(value), base.decimals + SHARES_ABOVE_BASE)),
});

const tradeWords = (event: string, values: Values, vault: VaultConfig, context: Context): EventWords | undefined => {
  const { chain, t, f } = context;
  const position = vault.positions[Number(values.position)];
  if (position === undefined) return undefined;
  const round = Number(values.round);
  const page =
    round > 0 ? { page: { path: signalPath(chain.id, position.feed, round), title: t.round(String(round)) } } : {};
  const delta = big(event === "AuctionOpened" ? values.amount : values.tokenDelta);
  const tokens = withUnit(f.quantity(abs(delta), position.decimals), position.symbol);
  if (event === "AuctionOpened") {
    const text = delta > 0n ? t.events.AuctionToBuy(tokens) : t.events.AuctionToSell(tokens);
    return { ...say(text), ...page };
  }
  const cash = amountsOf(vault, context).cash(values.baseDelta);
  const price = f.fixed(big(values.price), PRICE_DECIMALS, 2);
  const text = delta > 0n ? t.events.Bought(tokens, cash, price) : t.events.Sold(tokens, cash, price);
  return { ...say(text, { filler: values.filler }), ...page };
};

const vaultWords = (event: string, values: Values, vault: VaultConfig, context: Context): EventWords | undefined => {
  const { events } = context.t;
  const { cash, shares } = amountsOf(vault, context);
  const page = { path: vaultPath(context.chain.id, vault.address), title: vault.name };
  const about = (text: string, addresses: Record<string, unknown> = {}) => ({ ...say(text, addresses), page });
  const { owner } = values;
  switch (event) {
    case "AuctionOpened":
    case "AuctionFilled":
      return tradeWords(event, values, vault, context);
    case "Deposit":
      return about(events.Deposit(cash(values.assets), shares(values.shares)), { owner });
    case "Withdraw":
      return about(events.Withdraw(cash(values.assets), shares(values.shares)), { owner });
    case "ExitedInKind":
      return about(events.ExitedInKind(shares(values.shares)), { owner });
    case "ExitRequested":
      return about(events.ExitRequested(shares(values.shares)), { owner });
    case "ExitCancelled":
      return about(events.ExitCancelled(shares(values.shares)), { owner });
    case "ExitSettled":
      return about(events.ExitSettled(cash(values.assets), shares(values.shares)), { owner });
    case "FeesAccrued":
      return about(events.FeesAccrued(shares(big(values.managementShares) + big(values.performanceShares))));
    case "FeesMinted":
      return about(events.FeesMinted(shares(values.shares)), { recipient: values.feeRecipient });
    default:
      return undefined;
  }
};

const amountOf = (token: string, value: unknown, { chain, t, f }: Context): string | undefined => {
  const vault = chain.deployment.vaults.find(({ address }) => address.toLowerCase() === token.toLowerCase());
  if (vault !== undefined) return amountsOf(vault, { chain, t, f }).shares(value);
  const found = tokensOf(chain).find(({ address }) => address.toLowerCase() === token.toLowerCase());
  return found && withUnit(f.quantity(big(value), found.decimals), found.symbol);
};

const ZERO = `0x${"0".repeat(40)}`;
const UNLIMITED = 2n ** 255n; // wallets ask for the whole range when they mean "all"

const tokenWords = ({ address, name: event, values }: DecodedEvent, context: Context): EventWords | undefined => {
  const { events } = context.t;
  const amount = amountOf(address, values.value ?? 0n, context);
  if (amount === undefined) return undefined;
  if (event === "Approval") {
    const text = big(values.value) >= UNLIMITED ? events.ApprovalOfAll : events.Approval(amount);
    return say(text, { owner: values.owner, spender: values.spender });
  }
  if (event !== "Transfer") return undefined;
  if (values.from === ZERO) return say(events.Minted(amount), { to: values.to });
  if (values.to === ZERO) return say(events.Burned(amount), { from: values.from });
  return say(events.Transfer(amount), { from: values.from, to: values.to });
};

/** What the taker gave and got: a pool tells its own gains. */
const swapWords = ({ address, name: event, values }: DecodedEvent, context: Context): EventWords | undefined => {
  const pools = context.chain.deployment.uniswap?.pools ?? [];
  const pool = pools.find((one) => one.pool.toLowerCase() === address);
  if (event !== "Swap" || pool === undefined) return undefined;
  const [token0, token1] = [pool.token, pool.base].toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
  const [first, second] = [
    { token: token0 ?? "", gained: big(values.amount0) },
    { token: token1 ?? "", gained: big(values.amount1) },
  ];
  const [given, got] = first.gained > 0n ? [first, second] : [second, first];
  const amount = ({ token, gained }: typeof first) => amountOf(token, abs(gained), context);
  const [paid, received] = [amount(given), amount(got)];
  if (paid === undefined || received === undefined) return undefined;
  return say(context.t.events.Swap(paid, received), { sender: values.sender });
};

/** Undefined for events that are told by their arguments alone. */
export const eventWords = (event: DecodedEvent, context: Context): EventWords | undefined => {
  const { vaults } = context.chain.deployment;
  const vault = vaults.find(({ address }) => address.toLowerCase() === event.address.toLowerCase());
  return (
    oracleWords(event.name, event.values, context) ??
    (vault && vaultWords(event.name, event.values, vault, context)) ??
    swapWords(event, context) ??
    tokenWords(event, context)
  );
};
