// The only place where integers become text. Nothing here goes through a floating-point number except `chartNumber`.
import type { Locale } from "./messages/locale.ts";

const SPACE = "\u00a0"; // keeps a number and its unit on one line
const MINUS = "\u2212";

/** What differs between languages in how a number, a span or a mistake is written. */
type Writing = {
  group: string;
  point: string;
  months: readonly string[];
  spans: { d: string; h: string; min: string; s: string };
  now: string;
  ago: (span: string) => string;
  ahead: (span: string) => string;
  noAmount: string;
  notAnAmount: (text: string) => string;
  negative: string;
  scientific: string;
  tooManyDecimals: (most: number, text: string, given: number) => string;
  zero: string;
};

const WRITINGS: Record<Locale, Writing> = {
  en: {
    group: ",",
    point: ".",
    months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    spans: { d: "d", h: "h", min: "min", s: "s" },
    now: "now",
    ago: (span) => `${span} ago`,
    ahead: (span) => `in ${span}`,
    noAmount: "Enter an amount.",
    notAnAmount: (text) => `“${text}” is not an amount; write it like 1,250.50.`,
    negative: "An amount is above zero; leave out the minus sign.",
    scientific: "Write the amount in full, without an exponent.",
    tooManyDecimals: (most, text, given) => `At most ${most} decimals; “${text}” has ${given}.`,
    zero: "Enter an amount above zero.",
  },
  de: {
    group: ".",
    point: ",",
    months: ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"],
    spans: { d: "T", h: "Std.", min: "Min.", s: "s" },
    now: "jetzt",
    ago: (span) => `vor ${span}`,
    ahead: (span) => `in ${span}`,
    noAmount: "Gib einen Betrag ein.",
    notAnAmount: (text) => `„${text}“ ist kein Betrag; schreibe ihn wie 1.250,50.`,
    negative: "Ein Betrag ist größer als null; lass das Minuszeichen weg.",
    scientific: "Schreibe den Betrag aus, ohne Exponenten.",
    tooManyDecimals: (most, text, given) => `Höchstens ${most} Nachkommastellen; „${text}“ hat ${given}.`,
    zero: "Gib einen Betrag über null ein.",
  },
};

export const abs = (value: bigint): bigint => (value < 0n ? -value : value);

/** Rounds half away from zero to `digits` decimals; returns the integer scaled by 10^digits. */
const rescale = (value: bigint, decimals: number, digits: number): bigint => {
  if (digits >= decimals) return value * 10n ** BigInt(digits - decimals);
  const divisor = 10n ** BigInt(decimals - digits);
  const rounded = (abs(value) + divisor / 2n) / divisor;
  return value < 0n ? -rounded : rounded;
};

/** Every digit, for hover and copy: no separators, no trailing zeros, a point in every language. */
export const exact = (value: bigint, decimals: number): string => {
  const text = abs(value)
    .toString()
    .padStart(decimals + 1, "0");
  const fraction = decimals === 0 ? "" : text.slice(text.length - decimals).replace(/0+$/, "");
  const whole = text.slice(0, text.length - decimals);
  return `${value < 0n ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
};

export const withUnit = (text: string, unit: string): string => `${text}${SPACE}${unit}`;

const isoOf = (at: bigint): string => new Date(Number(at) * 1000).toISOString();

// Times and dates are ISO 8601 in every language: exact, sortable, and the same in a bug report.
export const utcTime = (at: bigint): string => `${isoOf(at).slice(0, 16).replace("T", " ")} UTC`;
export const utcDate = (at: bigint): string => isoOf(at).slice(0, 10);
export const isoTime = isoOf;

export const shortHex = (hex: string): string => (hex.length <= 13 ? hex : `${hex.slice(0, 6)}…${hex.slice(-4)}`);

/** For drawing only: the nearest double, good to 15 digits. */
export const chartNumber = (value: bigint, decimals: number): number => Number(value) / 10 ** decimals;

export type Change = { direction: "up" | "down" | "flat"; bps: bigint };

/** Growth from `from` to `to` in bps, rounded half away from zero; flat where there was nothing to grow from. */
export const change = (from: bigint, to: bigint): Change => {
  const bps = from === 0n ? 0n : rescale(((to - from) * 10n ** 12n) / from, 8, 0);
  return { bps, direction: bps > 0n ? "up" : bps < 0n ? "down" : "flat" };
};

export type ParsedAmount = { kind: "amount"; value: bigint } | { kind: "invalid"; reason: string };

const SPANS = [
  ["d", 86_400n],
  ["h", 3_600n],
  ["min", 60n],
  ["s", 1n],
] as const;

/** How one language writes numbers, spans of time and what is wrong with an amount. */
export const createFormat = (locale: Locale) => {
  const writing = WRITINGS[locale];

  /** `value` / 10^decimals with exactly `digits` decimals and thousands separators. */
  const fixed = (value: bigint, decimals: number, digits: number): string => {
    const scaled = rescale(value, decimals, digits);
    const text = abs(scaled)
      .toString()
      .padStart(digits + 1, "0");
    const whole = text.slice(0, text.length - digits).replace(/\B(?=(\d{3})+(?!\d))/g, writing.group);
    const fraction = digits === 0 ? "" : `${writing.point}${text.slice(text.length - digits)}`;
    return `${scaled < 0n ? MINUS : ""}${whole}${fraction}`;
  };

  /** Two decimals from 1,000 up, four below, six below a hundredth. */
  const quantity = (value: bigint, decimals: number): string => {
    const unit = 10n ** BigInt(decimals);
    if (abs(value) >= 1000n * unit || value === 0n) return fixed(value, decimals, 2);
    return fixed(value, decimals, abs(value) * 100n >= unit ? 4 : 6);
  };

  const count = (value: number): string => fixed(BigInt(value), 0, 0);

  const money = (value: bigint, decimals: number, symbol: string): string =>
    withUnit(fixed(value, decimals, 2), symbol);

  /** Of a token that is not money: as many decimals as its size needs. */
  const amount = (value: bigint, decimals: number, symbol: string): string =>
    withUnit(quantity(value, decimals), symbol);

  /** 1e8-scaled price. */
  const price = (value: bigint): string => fixed(value, 8, 2);

  const percent = (bps: number): string => withUnit(fixed(BigInt(bps), 2, 1), "%");

  /** With its sign, so that colour is never the only one. */
  const signed = ({ direction, bps }: Change): string =>
    `${direction === "up" ? "+" : ""}${withUnit(fixed(bps, 2, 2), "%")}`;

  /** Its short name; `index` 0 is January. */
  const month = (index: number): string => writing.months[index] ?? "";

  /** The largest unit that gives a whole number of at least 2, or 1 where nothing smaller says more. */
  const duration = (seconds: bigint): string => {
    const [unit, size] = SPANS.find(([, span]) => seconds >= 2n * span || seconds === span) ?? (["s", 1n] as const);
    return withUnit((seconds / size).toString(), writing.spans[unit]);
  };

  /** Where `at` lies from `now`, both in the chain's time. */
  const relative = (at: bigint, now: bigint): string => {
    if (at === now) return writing.now;
    return at < now ? writing.ago(duration(now - at)) : writing.ahead(duration(at - now));
  };

  /** The form this language writes in an amount field. */
  const typed = (value: bigint, decimals: number): string => exact(value, decimals).replace(".", writing.point);

  /** Digits in whole groups of three after the first, or without any: "1,25" is a slip, not 125. */
  const isGrouped = (whole: string): boolean => {
    const [first = "", ...others] = whole.split(writing.group);
    return others.length === 0 || (/^\d{1,3}$/.test(first) && others.every((group) => /^\d{3}$/.test(group)));
  };

  /** What a person typed, as native units. Separators are allowed; a digit too many is refused, never rounded. */
  const parseAmount = (text: string, decimals: number): ParsedAmount => {
    const refuse = (reason: string): ParsedAmount => ({ kind: "invalid", reason });
    const clean = text.replace(/[\s\u00a0\u202f]/g, "");
    if (clean === "") return refuse(writing.noAmount);
    if (/^[-\u2212]/.test(clean)) return refuse(writing.negative);
    if (/^[\d.,]+e[-+]?\d+$/i.test(clean)) return refuse(writing.scientific);
    const [whole = "", fraction = "", ...more] = clean.split(writing.point);
    const digits = whole.replaceAll(writing.group, "");
    if (more.length > 0 || !/^\d*$/.test(digits) || !/^\d*$/.test(fraction) || digits + fraction === "")
      return refuse(writing.notAnAmount(text.trim()));
    if (!isGrouped(whole)) return refuse(writing.notAnAmount(text.trim()));
    if (fraction.length > decimals) return refuse(writing.tooManyDecimals(decimals, text.trim(), fraction.length));
    const value = BigInt(digits || "0") * 10n ** BigInt(decimals) + BigInt(fraction.padEnd(decimals, "0") || "0");
    return value === 0n ? refuse(writing.zero) : { kind: "amount", value };
  };

  return {
    fixed,
    quantity,
    count,
    money,
    amount,
    price,
    percent,
    signed,
    month,
    duration,
    relative,
    typed,
    parseAmount,
  };
};

export type Format = ReturnType<typeof createFormat>;
