// The only place where integers become text. Nothing here goes through a floating-point number except `chartNumber`.

const SPACE = "\u00a0"; // keeps a number and its unit on one line
const MINUS = "\u2212";

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

/** Rounds half away from zero to `digits` decimals; returns the integer scaled by 10^digits. */
const rescale = (value: bigint, decimals: number, digits: number): bigint => {
  if (digits >= decimals) return value * 10n ** BigInt(digits - decimals);
  const divisor = 10n ** BigInt(decimals - digits);
  const rounded = (abs(value) + divisor / 2n) / divisor;
  return value < 0n ? -rounded : rounded;
};

const group = (digits: string): string => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");

/** `value` / 10^decimals with exactly `digits` decimals and thousands separators. */
export const fixed = (value: bigint, decimals: number, digits: number): string => {
  const scaled = rescale(value, decimals, digits);
  const text = abs(scaled)
    .toString()
    .padStart(digits + 1, "0");
  const whole = group(text.slice(0, text.length - digits));
  const fraction = digits === 0 ? "" : `.${text.slice(text.length - digits)}`;
  return `${scaled < 0n ? MINUS : ""}${whole}${fraction}`;
};

/** Every digit, for hover and copy: no separators, no trailing zeros. */
export const exact = (value: bigint, decimals: number): string => {
  const text = abs(value)
    .toString()
    .padStart(decimals + 1, "0");
  const fraction = decimals === 0 ? "" : text.slice(text.length - decimals).replace(/0+$/, "");
  const whole = text.slice(0, text.length - decimals);
  return `${value < 0n ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
};

/** Two decimals from 1,000 up, four below, six below a hundredth. */
export const quantity = (value: bigint, decimals: number): string => {
  const unit = 10n ** BigInt(decimals);
  if (abs(value) >= 1000n * unit || value === 0n) return fixed(value, decimals, 2);
  return fixed(value, decimals, abs(value) * 100n >= unit ? 4 : 6);
};

export const withUnit = (text: string, unit: string): string => `${text}${SPACE}${unit}`;

export const money = (value: bigint, decimals: number, symbol: string): string =>
  withUnit(fixed(value, decimals, 2), symbol);

/** 1e8-scaled price. */
export const price = (value: bigint): string => fixed(value, 8, 2);

export const percent = (bps: number): string => withUnit(fixed(BigInt(bps), 2, 1), "%");

export type Change = { direction: "up" | "down" | "flat"; bps: bigint; text: string };

/** Growth from `from` to `to`, signed, so that colour is never the only sign. */
export const change = (from: bigint, to: bigint): Change => {
  const bps = from === 0n ? 0n : rescale(((to - from) * 10n ** 12n) / from, 8, 0);
  const direction = bps > 0n ? "up" : bps < 0n ? "down" : "flat";
  return { direction, bps, text: `${direction === "up" ? "+" : ""}${withUnit(fixed(bps, 2, 2), "%")}` };
};

const DURATIONS = [
  ["d", 86_400n],
  ["h", 3_600n],
  ["min", 60n],
  ["s", 1n],
] as const;

/** The largest unit that gives a whole number of at least 2, or 1 where nothing smaller says more. */
export const duration = (seconds: bigint): string => {
  const [unit, size] = DURATIONS.find(([, span]) => seconds >= 2n * span || seconds === span) ?? ["s", 1n];
  return withUnit((seconds / size).toString(), unit);
};

/** Where `at` lies from `now`, both in the chain's time. */
export const relative = (at: bigint, now: bigint): string => {
  if (at === now) return "now";
  return at < now ? `${duration(now - at)} ago` : `in ${duration(at - now)}`;
};

const isoOf = (at: bigint): string => new Date(Number(at) * 1000).toISOString();

export const utcTime = (at: bigint): string => `${isoOf(at).slice(0, 16).replace("T", " ")} UTC`;
export const utcDate = (at: bigint): string => isoOf(at).slice(0, 10);
export const isoTime = isoOf;

export const shortHex = (hex: string): string => (hex.length <= 13 ? hex : `${hex.slice(0, 6)}…${hex.slice(-4)}`);

/** For drawing only: the nearest double, good to 15 digits. */
export const chartNumber = (value: bigint, decimals: number): number => Number(value) / 10 ** decimals;

export type ParsedAmount = { kind: "amount"; value: bigint } | { kind: "invalid"; reason: string };

/** What a person typed, as native units. Separators are allowed; a digit too many is refused, never rounded. */
export const parseAmount = (text: string, decimals: number): ParsedAmount => {
  const clean = text.replace(/[,\s]/g, "");
  if (clean === "") return { kind: "invalid", reason: "Enter an amount." };
  if (!/^(\d+\.?\d*|\.\d+)$/.test(clean))
    return { kind: "invalid", reason: `“${text}” is not an amount; write it like 1,250.50.` };
  const [whole = "", fraction = ""] = clean.split(".");
  if (fraction.length > decimals)
    return { kind: "invalid", reason: `At most ${decimals} decimals; “${text}” has ${fraction.length}.` };
  const value =
    BigInt(whole === "" ? "0" : whole) * 10n ** BigInt(decimals) + BigInt(fraction.padEnd(decimals, "0") || "0");
  return value === 0n ? { kind: "invalid", reason: "Enter an amount above zero." } : { kind: "amount", value };
};
