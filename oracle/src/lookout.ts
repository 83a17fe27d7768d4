// Looks at the source when something may have changed, one look at a time, and tells what there is to observe.
import type { Candle } from "@aibot/kit/candles";
import { rootMessage } from "@aibot/kit/errors";
import type { Logger } from "@aibot/kit/node/log";
import type { ChainState } from "./chain-view.ts";
import type { Need, ReportingRules } from "./observe.ts";
import { findNeeds, nextCandle } from "./observe.ts";
import type { RoundKey } from "./round.ts";
import type { Source } from "./sources/source.ts";

export type LookoutParams = {
  source: Source;
  chains: () => ChainState[];
  rules: ReportingRules;
  /** `isWanted`: somebody asked for it, so it counts even when it was told before. */
  onNeed: (need: Need, isWanted: boolean) => Promise<void>;
  log: Logger;
  signal: AbortSignal;
};

export type Lookout = {
  look: () => Promise<void>;
  /** Looks in a moment, unless another look comes first. */
  lookSoon: () => void;
  /** Asks for an observation of `round`, though it was made before or has no cause that this node sees. */
  want: (round: RoundKey) => void;
  dropWanted: (isPast: (round: RoundKey) => boolean) => void;
  /** The oldest closed candle that a chain lacks, as far as was seen in the last look. */
  nextCandle: (chain: ChainState) => Candle | undefined;
  /** Follows the source's changes until the signal. */
  watch: () => Promise<void>;
  counts: { done: number; failed: number };
};

// A head that makes a heartbeat due often comes with a new candle, and that one goes first.
const SOON_MS = 200;

export const createLookout = ({ source, chains, rules, onNeed, log, signal }: LookoutParams): Lookout => {
  const wanted = new Set<RoundKey>();
  const counts = { done: 0, failed: 0 };
  let candles: Candle[] = [];
  let isLooking = false;
  let mustLookAgain = false;
  let soon: NodeJS.Timeout | undefined;

  /** Those who ask during a look get one more together. */
  const look = async (): Promise<void> => {
    mustLookAgain = true;
    if (isLooking) return;
    isLooking = true;
    clearTimeout(soon);
    soon = undefined;
    while (mustLookAgain && !signal.aborted) {
      mustLookAgain = false;
      log.debug("looking");
      await lookOnce();
    }
    isLooking = false;
  };

  const lookOnce = async (): Promise<void> => {
    try {
      for (const need of await readNeeds()) await onNeed(need, wanted.delete(need.round));
      counts.done += 1;
    } catch (error) {
      counts.failed += 1;
      if (!signal.aborted) log.warn({ source: source.name, reason: rootMessage(error) }, "source cannot be read");
    }
  };

  const readNeeds = async (): Promise<Need[]> => {
    const [ticker] = await Promise.all([source.ticker(signal), readCandles()]);
    const needs = (): Need[] => findNeeds({ chains: chains(), candles, ticker, rules, joined: wanted });
    // A candle may have closed between the two answers.
    if (candles.length === 0 && needs().length > 0) await readCandles();
    return needs();
  };

  /** The oldest candle that each chain lacks, and whether there is another one behind it. */
  const readCandles = async (): Promise<void> => {
    const ends = [...new Set(chains().map(({ candleEnd }) => candleEnd))];
    const found = await Promise.all(ends.map((since) => source.candles({ since, limit: 2, signal })));
    candles = found.flat().sort((a, b) => Number(a.start - b.start));
  };

  signal.addEventListener("abort", () => clearTimeout(soon), { once: true });
  return {
    look,
    lookSoon: () => {
      soon ??= setTimeout(look, SOON_MS);
    },
    want: (round) => void wanted.add(round),
    dropWanted: (isPast) => {
      for (const round of wanted) if (isPast(round)) wanted.delete(round);
    },
    nextCandle: (chain) => nextCandle(chain, candles),
    watch: async () => {
      for await (const _ of source.changes(signal)) void look();
    },
    counts,
  };
};
