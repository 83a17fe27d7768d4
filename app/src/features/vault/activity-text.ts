// A row of the activity in words. Elements are left as placeholders: {owner}, {value}.
import type { Shape } from "../../components/Sign.tsx";
import type { VaultConfig } from "../../config.ts";
import type { ActivityItem } from "../../data/activity.ts";
import { abs, change as changeOf, type Format, utcTime, withUnit } from "../../format.ts";
import type { Messages } from "../../messages/text.tsx";
import { premiumOf } from "./activity.ts";
import { NO_CAP } from "./model.ts";

export type ActivityText = {
  title: string;
  shape?: Shape;
  text: string;
  owner?: string; // an address
  value?: { text: string; isAddress: boolean };
  premium?: string;
  round?: number; // before the first forecast there is none
  auction?: string;
};

export type ActivityWords = { m: Messages; f: Format; vault: VaultConfig };
type Of<K extends ActivityItem["kind"]> = Extract<ActivityItem, { kind: K }>;

const SHARE_DECIMALS_ABOVE_BASE = 6;
const PERCENT_FIELDS = new Set(["managementFeeBps", "targetVolBps"]); // a year

const roundOf = (round: number) => (round > 0 ? { round } : {});

const cashOf = (value: bigint, { f, vault }: ActivityWords) => f.money(value, vault.base.decimals, vault.base.symbol);

const sharesOf = (value: bigint, { m, f, vault }: ActivityWords) =>
  withUnit(f.quantity(value, vault.base.decimals + SHARE_DECIMALS_ABOVE_BASE), m.vault.activity.shares);

const tokensOf = (value: bigint, index: number, { f, vault }: ActivityWords): string => {
  const position = vault.positions[index];
  return position === undefined
    ? value.toString()
    : withUnit(f.quantity(abs(value), position.decimals), position.symbol);
};

/** With its sign, whichever it is: what was given away is told as large as what was gained. */
const premiumText = (item: Of<"fill">, words: ActivityWords): string => {
  const { m, f, vault } = words;
  const decimals = vault.positions[item.position.index]?.decimals ?? 0;
  const gained = premiumOf(item, decimals, vault.base.decimals);
  const plus = gained > 0n ? "+" : "";
  const percent = f.signed(changeOf(10_000n, 10_000n + BigInt(item.offBps)));
  return m.vault.activity.premium(percent, `${plus}${cashOf(gained, words)}`);
};

const fillText = (item: Of<"fill">, words: ActivityWords): ActivityText => {
  const text = words.m.vault.activity;
  const isBuy = item.tokenDelta > 0n;
  return {
    title: isBuy ? text.bought : text.sold,
    shape: isBuy ? "up" : "down",
    text: text.fill(
      tokensOf(item.tokenDelta, item.position.index, words),
      cashOf(abs(item.baseDelta), words),
      words.f.price(item.price),
    ),
    premium: premiumText(item, words),
    auction: item.auction.id,
    ...roundOf(item.auction.round),
  };
};

const auctionText = (item: Of<"auction">, words: ActivityWords): ActivityText => {
  const { m, f } = words;
  const text = m.vault.activity;
  const say = item.amount > 0n ? text.toBuy : text.toSell;
  const tokens = tokensOf(item.amount, item.position.index, words);
  return {
    title: text.auction,
    text: say(tokens, f.percent(item.weightBps), f.percent(item.targetWeightBps)),
    ...roundOf(item.round),
  };
};

const exitText = (item: Of<"exit">, words: ActivityWords): ActivityText => {
  const [cash = 0n, ...tokens] = item.amounts;
  const parts = [cashOf(cash, words), ...tokens.map((amount, index) => tokensOf(amount, index, words))];
  const text = words.m.vault.activity;
  return { title: text.exit, text: text.left(sharesOf(item.shares, words), parts.join(" + ")), owner: item.owner };
};

const settingOf = ({ field, value }: Of<"change">, words: ActivityWords): string => {
  const { m, f } = words;
  if (field === "depositCap") return BigInt(value) === NO_CAP ? m.vault.activity.noCap : cashOf(BigInt(value), words);
  if (field === "entryPausedUntil") return utcTime(BigInt(value));
  if (field === "maxSignalAge") return f.duration(BigInt(value));
  const percent = f.percent(Number(value));
  return PERCENT_FIELDS.has(field) ? m.vault.now.aYear(percent) : percent;
};

const changeText = (item: Of<"change">, words: ActivityWords): ActivityText => {
  const text = words.m.vault.activity;
  const { field, position, value } = item;
  if (field === "entryPausedUntil" && value === "0") return { title: text.change, text: text.resumed };
  const fields: Record<string, string> = text.fields;
  const name = fields[field] ?? field;
  const symbol = position === null ? undefined : words.vault.positions[position]?.symbol;
  const isAddress = field === "feeRecipient";
  return {
    title: text.change,
    text: text.set(symbol === undefined ? name : text.capOf(name, symbol)),
    value: { text: isAddress ? value : settingOf(item, words), isAddress },
  };
};

export const describeActivity = (item: ActivityItem, words: ActivityWords): ActivityText => {
  const text = words.m.vault.activity;
  switch (item.kind) {
    case "fill":
      return fillText(item, words);
    case "auction":
      return auctionText(item, words);
    case "exit":
      return exitText(item, words);
    case "change":
      return changeText(item, words);
    case "deposit": {
      const said = text.entered(cashOf(item.assets, words), sharesOf(item.shares, words));
      return { title: text.deposit, text: said, owner: item.owner };
    }
    case "withdrawal": {
      const said = text.redeemed(sharesOf(item.shares, words), cashOf(item.assets, words));
      return { title: text.withdrawal, text: said, owner: item.owner };
    }
    case "exitRequest":
      return { title: text.exitRequest, text: text.requested(sharesOf(item.shares, words)), owner: item.owner };
    case "settlement": {
      const said = text.settled(sharesOf(item.shares, words), cashOf(item.assets, words));
      return { title: text.settlement, text: said, owner: item.owner };
    }
  }
};
