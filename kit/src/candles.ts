// One session or hour of a market, and the CSV files that hold many.
import { InputError } from "./errors.ts";

/** Times are unix seconds, [start, end); prices 1e8 per unit. */
export type Candle = { start: bigint; end: bigint; open: bigint; high: bigint; low: bigint; close: bigint };

const PRICE_DECIMALS = 8;
const PRICE_MAX = 2n ** 104n - 1n; // SignedSource packs a candle into two slots
const TIME_MAX = 2n ** 48n - 1n;

/** What is wrong with a candle, as a clause, or undefined when PriceBook would take it. */
export const checkCandle = ({ start, end, open, high, low, close }: Candle): string | undefined => {
  if (start < 0n || start >= end || end > TIME_MAX) return `start ${start} is not before end ${end}`;
  if (low <= 0n) return `low ${priceText(low)} is not above zero`;
  if (high > PRICE_MAX) return `high ${priceText(high)} is too large`;
  if (high < low) return `high ${priceText(high)} is below low ${priceText(low)}`;
  if (open < low || open > high) return `open ${priceText(open)} is outside ${priceText(low)} … ${priceText(high)}`;
  if (close < low || close > high) return `close ${priceText(close)} is outside ${priceText(low)} … ${priceText(high)}`;
  return undefined;
};

/** Whether two candles agree in every field. */
export const isSameCandle = (a: Candle, b: Candle): boolean =>
  a.start === b.start &&
  a.end === b.end &&
  a.open === b.open &&
  a.high === b.high &&
  a.low === b.low &&
  a.close === b.close;

/** A 1e8 price as a plain decimal number, "1416.6". */
export const priceText = (price: bigint): string => {
  const digits = (price < 0n ? -price : price).toString().padStart(PRICE_DECIMALS + 1, "0");
  const whole = digits.slice(0, -PRICE_DECIMALS);
  const fraction = digits.slice(-PRICE_DECIMALS).replace(/0+$/, "");
  return `${price < 0n ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
};

/** A plain decimal number as a 1e8 price, rounded half away from zero; undefined when it is not one. */
export const parsePrice = (text: string): bigint | undefined => {
  const match = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole, fraction = ""] = match;
  const kept = BigInt(`${whole}${fraction.slice(0, PRICE_DECIMALS).padEnd(PRICE_DECIMALS, "0")}`);
  const rounded = kept + (fraction.charAt(PRICE_DECIMALS) >= "5" ? 1n : 0n);
  return sign === "-" ? -rounded : rounded;
};

const ISO_TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?(?: ?(Z|UTC|[+-]\d{2}:?\d{2}))?$/;
const CLOCK_TIME = /^(\d{4}-\d{2}-\d{2}) (0[1-9]|1[0-2])-([AP])M$/; // of files with "2019-10-17 09-AM"
const UNIX_TIME = /^(\d{1,15})(?:\.0*)?$/; // ".0" as a column of floats prints it
const FIRST_MILLISECOND_STAMP = 100_000_000_000; // as seconds that would be the year 5138

/** Unix seconds of a date (midnight UTC), an ISO time (UTC unless it says otherwise) or a unix time in s or ms. */
export const parseTime = (text: string): bigint | undefined => {
  const [, stamp] = UNIX_TIME.exec(text) ?? [];
  const milliseconds = stamp === undefined ? isoMilliseconds(hourOfClock(text)) : unixMilliseconds(Number(stamp));
  return milliseconds % 1000 === 0 ? BigInt(milliseconds / 1000) : undefined; // NaN % 1000 is NaN
};

const unixMilliseconds = (stamp: number): number => (stamp < FIRST_MILLISECOND_STAMP ? stamp * 1000 : stamp);

/** "2019-10-17 09-AM" as "2019-10-17 09:00"; any other text as it is. */
const hourOfClock = (text: string): string => {
  const [, date, hour, half] = CLOCK_TIME.exec(text) ?? [];
  if (date === undefined) return text;
  const hours = (Number(hour) % 12) + (half === "P" ? 12 : 0); // 12-AM is midnight
  return `${date} ${String(hours).padStart(2, "0")}:00`;
};

const isoMilliseconds = (text: string): number => {
  const [, date, time = "00:00", zone = "Z"] = ISO_TIME.exec(text) ?? [];
  if (date === undefined || new Date(`${date}T00:00Z`).toJSON()?.slice(0, 10) !== date) return Number.NaN; // 30 February
  return Date.parse(`${date}T${time}${zone === "UTC" ? "Z" : zone}`);
};

const PERIOD_UNITS: Record<string, number> = { d: 86_400, h: 3_600, m: 60 };

/** Seconds of a candle length such as "1d", "4h" or "15m"; undefined when it is not one. */
export const parsePeriod = (text: string): number | undefined => {
  const [, count, unit = ""] = /^([1-9]\d{0,3})([dhm])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (PERIOD_UNITS[unit] ?? 0);
};

export type CandlesCsv = {
  text: string;
  name: string; // of the file, for messages
  period: number; // seconds a candle
};

/**
 * The candles of a CSV file, oldest first: a column of times, then open, high, low, close; others are ignored, and so are
 * credits above the header. Rows may be sorted either way.
 * Throws an InputError naming file, line, value and remedy at the first row that PriceBook would not take.
 */
export const parseCandlesCsv = ({ text, name, period }: CandlesCsv): Candle[] => {
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((line, index) => ({ line, number: index + 1 }));
  const header = findHeader(lines.map(({ line }) => line));
  const columns = findColumns(splitRow(lines[header]?.line ?? ""), name, header + 1);

  const rows = lines
    .slice(header + 1)
    .filter(({ line }) => line.trim() !== "")
    .map(({ line, number }) => ({ cells: splitRow(line), at: `${name}, line ${number}` }));
  const candles: Candle[] = [];
  for (const { cells, at } of isNewestFirst(rows, columns) ? rows.toReversed() : rows) {
    const candle = parseRow({ cells, columns, at, period });
    const last = candles.at(-1);
    if (last !== undefined) checkOrder(last, candle, at);
    candles.push(candle);
  }
  if (candles.length === 0) throw new InputError(`${name} has no rows: give a CSV with one candle a line.`);
  return candles;
};

type PriceField = "open" | "high" | "low" | "close";
type Columns = Record<"time" | PriceField, number>;

const COMMA_OUTSIDE_QUOTES = /,(?=(?:[^"]*"[^"]*")*[^"]*$)/;

const splitRow = (line: string): string[] => {
  if (!line.includes('"')) return line.split(",").map((cell) => cell.trim());
  return line.split(COMMA_OUTSIDE_QUOTES).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
};

const MOST_CREDITS = 5; // lines that may stand above the header
const TIME_NAMES = ["time", "date", "timestamp", "datetime", "unix"]; // the first of them that a file has

const columnNames = (line: string): string[] => splitRow(line).map((cell) => cell.toLowerCase());

/** Index of the line that names the columns; the first one when none does. */
const findHeader = (lines: string[]): number => {
  const found = lines.slice(0, MOST_CREDITS + 1).findIndex((line) => columnNames(line).includes("open"));
  return Math.max(found, 0);
};

const findColumns = (header: string[], name: string, line: number): Columns => {
  const names = header.map((cell) => cell.toLowerCase());
  const find = (...wanted: string[]): number => {
    const column = wanted.find((one) => names.includes(one));
    if (column !== undefined) return names.indexOf(column);
    throw new InputError(
      `${name} has no column "${wanted.join('" or "')}" (line ${line} has "${header.join(",").slice(0, 80)}"): ` +
        "name the columns time or date, open, high, low, close.",
    );
  };
  const time = find(...TIME_NAMES);
  return { time, open: find("open"), high: find("high"), low: find("low"), close: find("close") };
};

/** Exchanges export either way; in between is for `checkOrder` to refuse. */
const isNewestFirst = (rows: { cells: string[] }[], { time }: Columns): boolean => {
  const first = parseTime(rows[0]?.cells[time] ?? "");
  const last = parseTime(rows.at(-1)?.cells[time] ?? "");
  return first !== undefined && last !== undefined && first > last;
};

type Row = { cells: string[]; columns: Columns; at: string; period: number };

const parseRow = ({ cells, columns, at, period }: Row): Candle => {
  const timeCell = cells[columns.time] ?? "";
  const start = parseTime(timeCell);
  if (start === undefined) {
    throw new InputError(`${at}: time "${timeCell}" is not one: use YYYY-MM-DD, ISO 8601 or unix seconds.`);
  }
  const price = (field: PriceField): bigint => rowPrice(cells[columns[field]] ?? "", field, at);
  const prices = { open: price("open"), high: price("high"), low: price("low"), close: price("close") };
  const candle = { start, end: start + BigInt(period), ...prices };

  const fault = checkCandle(candle);
  if (fault !== undefined) throw new InputError(`${at}: ${fault}: correct or remove the row.`);
  return candle;
};

const rowPrice = (cell: string, field: PriceField, at: string): bigint => {
  const price = parsePrice(cell);
  if (price === undefined) {
    throw new InputError(`${at}: ${field} "${cell}" is not a price: use a plain decimal number such as 1416.6.`);
  }
  if (price <= 0n) throw new InputError(`${at}: ${field} "${cell}" is not above zero: correct or remove the row.`);
  return price;
};

const timeText = (time: bigint): string => new Date(Number(time) * 1000).toISOString().slice(0, 19).concat("Z");

const checkOrder = (last: Candle, next: Candle, at: string): void => {
  const start = timeText(next.start);
  if (next.start === last.start) throw new InputError(`${at}: time ${start} appears twice: remove one of the rows.`);
  if (next.start < last.start) {
    throw new InputError(`${at}: time ${start} comes after ${timeText(last.start)}: sort the rows, oldest first.`);
  }
  if (next.start < last.end) {
    throw new InputError(
      `${at}: time ${start} lies inside the candle before it, which ends at ${timeText(last.end)}: check the period.`,
    );
  }
};
