import { InputError } from "@aibot/kit/errors";
import type { Source } from "./source.ts";

/** Opens the source that a setting names: `replay:<url>` or `ccxt:<exchange>:<symbol>`. */
export const openSource = async (setting: string, period: number, signal: AbortSignal): Promise<Source> => {
  const [, kind, rest = ""] = /^([a-z]+):(.+)$/.exec(setting) ?? [];
  if (kind === "replay") return (await import("./replay.ts")).openReplay({ url: rest, period, signal });
  if (kind === "ccxt") return (await import("./ccxt.ts")).openCcxt({ ...exchangeAndSymbol(setting, rest), period });
  throw new InputError(`SOURCE=${setting} names no source: use replay:<url> or ccxt:<exchange>:<symbol>.`);
};

const exchangeAndSymbol = (setting: string, rest: string): { exchange: string; symbol: string } => {
  const [, exchange, symbol] = /^([^:]+):(.+)$/.exec(rest) ?? [];
  if (exchange !== undefined && symbol !== undefined) return { exchange, symbol };
  throw new InputError(
    `SOURCE=${setting} lacks a symbol: use ccxt:<exchange>:<symbol>, for example ccxt:kraken:BTC/USD.`,
  );
};
