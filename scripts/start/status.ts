// The live line under a run.
import { formatUnits } from "viem";
import type { RunView } from "./graphql.ts";

export type StatusParams = { market: string; baseSymbol: string; baseDecimals: number; view: RunView; note: string };

const percent = (bps: number | null) => (bps === null ? "–" : `${(bps / 100).toFixed(1)} %`);

/** "1234567.891" → "1,234,567.89" */
export const amount = (units: bigint, decimals: number, digits = 2): string => {
  const [whole = "0", fraction = ""] = formatUnits(units, decimals).split(".");
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${fraction.padEnd(digits, "0").slice(0, digits)}`;
};

const minuteOf = (time: bigint) => new Date(Number(time) * 1000).toISOString().slice(0, 16).replace("T", " ");

export const statusLine = ({ market, baseSymbol, baseDecimals, view, note }: StatusParams): string =>
  [
    minuteOf(view.time),
    `round ${view.round}`,
    `${market} ${amount(view.price, 8)}`,
    `forecast ${percent(view.forecastVolBps)}/yr`,
    `weight ${percent(view.vault?.weightBps ?? null)}`,
    `NAV ${view.vault ? amount(view.vault.nav, baseDecimals) : "–"} ${baseSymbol}`,
    `fills ${view.fills}`,
    ...(note === "" ? [] : [note]),
  ].join("  ·  ");
