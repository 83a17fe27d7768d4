// Which candles a run replays: where they come from, which part trains and seeds, which part is played.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Calendar, calendarOf } from "@aibot/kit/calendars";
import { type Candle, parseCandlesCsv } from "@aibot/kit/candles";
import { InputError } from "@aibot/kit/errors";
import type { LocalMarket } from "../../deploy/local-params.ts";
import type { DataOption } from "./options.ts";

export type MarketData = {
  market: LocalMarket;
  candles: Candle[]; // oldest first
  first: number; // index of the first candle to play; those before it train the model and seed the feature state
  fingerprint: string; // changes with anything that makes earlier state useless
};

const dayOf = (time: bigint) => new Date(Number(time) * 1000).toISOString().slice(0, 10);

export type LoadMarketParams = {
  data: Exclude<DataOption, { kind: "live" }>;
  period: number;
  from: bigint | undefined;
  minHistory: number; // candles needed before `first`
};

export const loadMarket = ({ data, period, from, minHistory }: LoadMarketParams): MarketData => {
  const source = data.kind === "default" ? defaultSource(period) : csvSource(data.path);
  const candles = parseCandlesCsv({ text: source.text, name: source.name, period });
  const calendar = source.calendar ?? calendarOf(candles);
  const start = from ?? source.from;
  const first = firstPlayed({ candles, from: start, minHistory, name: source.name });
  const market = { ...source.market, calendar, period };
  const fingerprint = createHash("sha256")
    .update(JSON.stringify({ market, first, text: createHash("sha256").update(source.text).digest("hex") }))
    .digest("hex");
  return { market, candles, first, fingerprint };
};

type Source = {
  name: string;
  text: string;
  market: Pick<LocalMarket, "symbol" | "label" | "origin">;
  calendar?: Calendar;
  from?: bigint;
};

const defaultSource = (period: number): Source => {
  if (period !== 86_400) {
    throw new InputError("--period goes with --data: the built-in S&P 500 data are daily, name a file or an exchange.");
  }
  const path = join(import.meta.dirname, "../../node_modules/vega-datasets/data/sp500-2000.csv");
  return {
    name: basename(path),
    text: readFileSync(path, "utf8"),
    market: { symbol: "SPX", label: "S&P 500", origin: "S&P 500 daily candles, vega-datasets" },
    calendar: "sessions",
    from: BigInt(Date.parse("2007-01-03") / 1000), // everything shown is out of sample and meets 2008 and 2020
  };
};

const csvSource = (path: string): Source => {
  const name = basename(path);
  const letters = name.replace(/\.[^.]*$/, "").replace(/[^A-Za-z0-9]/g, "");
  const symbol = letters.toUpperCase().slice(0, 12) || "DATA";
  return { name, text: readText(path), market: { symbol, label: name, origin: name } };
};

const readText = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === "ENOENT" ? "does not exist" : (error as Error).message;
    throw new InputError(`--data ${path} cannot be read (${reason}): name a CSV file with candles.`);
  }
};

type FirstPlayedParams = { candles: Candle[]; from: bigint | undefined; minHistory: number; name: string };

const firstPlayed = ({ candles, from, minHistory, name }: FirstPlayedParams): number => {
  // Without a wish, two fifths of the data train the model.
  const wished =
    from === undefined ? Math.max(minHistory, Math.floor(candles.length * 0.4)) : indexAtOrAfter(candles, from);
  if (wished >= minHistory && wished < candles.length) return wished;
  if (candles.length <= minHistory) {
    throw new InputError(
      `${name} has ${candles.length} candles: training and the feature state need ${minHistory} and the replay at least one more, give a longer file.`,
    );
  }
  const earliest = dayOf((candles[minHistory] as Candle).start);
  const last = dayOf((candles.at(-1) as Candle).start);
  throw new InputError(
    `--from ${dayOf(from ?? 0n)} leaves ${wished >= candles.length ? "nothing to replay" : `only ${wished} candles before it`} in ${name}: choose a day from ${earliest} to ${last}.`,
  );
};

const indexAtOrAfter = (candles: Candle[], time: bigint): number => {
  const index = candles.findIndex(({ start }) => start >= time);
  return index === -1 ? candles.length : index;
};
