import { vaultActivity } from "./vault-activity.ts";
import { vaultHistory } from "./vault-history.ts";
import { vaultLimits } from "./vault-limits.ts";

/** The list of vaults, and the page of one. */
export const vault = {
  list: {
    title: "Vaults",
    lead: "They trade on volatility forecasts that the chain itself has computed.",
    empty:
      "No vault yet. Each one appears here, with its value and what it holds, once the indexer has read its first block.",
    columns: {
      vault: "Vault",
      navPerShare: "NAV per share",
      past: "Last months",
      volatility: "Volatility held / target",
      assets: "Assets",
      forecast: "Forecast",
      weight: "Weight",
    },
    spark: (days: string, from: string, to: string) => `NAV per share over ${days} days, from ${from} to ${to}`,
    noSpark: "no past yet",
    tooShort: (candles: number) => `Held volatility is known after ${candles} candles.`,
    heldOver: (candles: number) => `Of NAV per share over the last ${candles} candles, a year.`,
  },
  states: { live: "live", halted: "halted", paused: "deposits paused", empty: "no deposit yet" },
  unknown: (address: string) => `No vault has the address ${address}.`,
  unindexed: "The indexer has not reached the block of this vault yet; the page fills by itself.",
  first:
    "Nobody has deposited yet. With the first deposit the vault has a value, and it starts to trade at the next close.",
  halted: {
    notice:
      "{market} was halted {since}: {reason}. Its last price came {time}. Deposits, redeeming and trading wait; requesting an exit and leaving in kind still work, and all of it resumes by itself when the sources agree again.",
    reasons: { TooFewSources: "too few price sources are fresh", Disagreement: "its price sources disagree" },
    unknownReason: (code: string) => `the chain says ${code}`,
  },
  paused:
    "The guardian has paused deposits; the pause ends by itself {time}. Leaving works in every way, and trading goes on.",
  title: {
    perShare: (symbol: string) => `${symbol} per share`,
    exact: (value: string, symbol: string) => `${value} ${symbol} per share`,
    sinceStart: "since start",
    alone: (symbol: string) => `${symbol} alone`,
    assets: "assets",
    contract: "contract",
  },
  now: {
    title: "Now",
    forecast: "Forecast volatility",
    held: "Held volatility",
    aim: (target: string) => `aims at ${target}`,
    target: (symbol: string) => `Target ${symbol}`,
    weight: (symbol: string) => `Holds ${symbol}`,
    amount: (symbol: string) => `${symbol} in the vault`,
    cash: "Cash",
    price: (symbol: string) => `Price of ${symbol}`,
    priceFrom: "Price from",
    close: "Next close",
    noneYet: "none yet",
    aYear: (percent: string) => `${percent}/yr`,
    days: (days: number, clock: string) => `${days} d ${clock}`,
    closeIn: (clock: string) => `in ${clock}`,
    due: "due with the next session",
    closeAt: (time: string) =>
      `Not before ${time}, in the chain's time. Candles follow the market's calendar; on days without a session none closes.`,
  },
  fees: {
    title: "Fees and exits",
    hold: "To hold",
    gain: "Of gains above the mark",
    mark: "High-water mark",
    markMeans: "The highest value a share ever had, after fees.",
    enter: "To enter",
    leave: "To leave in cash",
    spreadMeans: "Stays in the vault, for the other holders.",
    charged: "Fees so far, now worth",
    waiting: "Waiting to leave in cash",
    queue: "Next in the queue",
    nobody: "Nobody waits. A requested exit is paid at the first price after it.",
    inQueue: "{number} · {shares} shares · {owner} · {time}",
  },
  trust: {
    title: "Who may change what",
    atOnce: "at once",
    after: (delay: string) => `after ${delay} in public`,
    roles: {
      curator: { name: "Curator", may: "may lower limits, caps and fees" },
      loosener: { name: "Loosener", may: "may raise them, within the bounds of any mandate" },
      guardian: { name: "Guardian", may: "may stop deposits for a week and cancel what waits; never exits" },
      governor: { name: "Governor", may: "may choose models and price signers, grant roles" },
    },
    nobody: "held by nobody",
    note: "Whatever has a delay waits in public first: that is the time to leave before it holds. Nobody can take assets out of the vault, stop exits in kind, or change the code. A keeper that trades with it can do nothing that anyone else could not.",
    unread: "The chain's node does not say who holds the roles.",
  },
  unread: "The mandate could not be read from the chain.",
  history: vaultHistory,
  limits: vaultLimits,
  activity: vaultActivity,
};
