// Parameters of a local chain: deploy/params/local.json, with the market of the data that is replayed.
import { readFileSync } from "node:fs";
import { type Calendar, halfLives, maxGap, periodsPerYear } from "@aibot/kit/calendars";
import { type Params, parseParams } from "./params.ts";

const file = new URL("./params/local.json", import.meta.url);

const LONGEST_BREAK = 6 * 86_400; // a long weekend and a closed day beside it

export type LocalMarket = {
  symbol: string; // "SPX": the market is "SPX/USD", the token "SPX"
  label: string; // "S&P 500"
  origin: string; // where the data come from, for display
  period: number; // seconds
  calendar: Calendar;
};

export type LocalParams = {
  chainId: number;
  market: LocalMarket;
  price: string; // quote per base where the replay begins: the close of the last seeded candle
};

export const localParams = ({ chainId, market, price }: LocalParams): Params => {
  const local = JSON.parse(readFileSync(file, "utf8"));
  const { symbol, label, origin, period, calendar } = market;
  const maxAge = calendar === "sessions" ? LONGEST_BREAK : 2 * period;

  return parseParams(
    {
      ...local,
      chainId,
      market: {
        ...local.market,
        id: `${symbol}/USD`,
        feed: `${symbol}/USD vol`,
        symbol,
        label,
        origins: [origin],
        period,
        maxGap: maxGap(market),
        sourceMaxAge: maxAge,
        periodsPerYear: periodsPerYear(market),
        halfLives: halfLives(period),
      },
      mandate: { ...local.mandate, maxSignalAge: maxAge, maxPriceAge: maxAge },
      vault: {
        ...local.vault,
        name: fitting(label, symbol, (name) => `${name} at ${local.mandate.targetVolBps / 100} % volatility`),
        symbol: `iv${symbol}`,
        position: { ...local.vault.position, name: fitting(label, symbol, (name) => `Demo ${name}`), symbol },
      },
      venue: { ...local.venue, price },
    },
    "local parameters",
  );
};

const LONGEST_NAME = 31; // bytes, of a token that signs permits

const fitting = (label: string, symbol: string, phrase: (name: string) => string): string =>
  Buffer.byteLength(phrase(label)) <= LONGEST_NAME ? phrase(label) : phrase(symbol);
