// Looks at the source when something may have changed, one look at a time, and tells what there is to observe.
import type { Candle } from "@aibot/kit/candles";
import { rootMessage } from "@aibot/kit/errors";
import type { Logger } from "@aibot/kit/node/log";
import type { ChainState } from "./chain-view.ts";
import type { Need, ReportingRules } from "./observe.ts";
import { findNeeds, nextCandle } from "./observe.ts";
import type { RoundKey } from "./round.ts";
import type { Source, SourceFault, Ticker } from "./sources/source.ts";
import { faultOf } from "./sources/source.ts";

export type LookoutParams = {
  source: Source;
  chains: () => ChainState[];
  rules: ReportingRules;
  /** `isWanted`: somebody asked for it, so it counts even when it was told before. */
  onNeed: (need: Need, isWanted: boolean) => Promise<void>;
  log: Logger;
  signal: AbortSignal;
};

export type SourceState = {
  ticker?: Ticker; // as last read
  readAt?: number; // unix ms
  failingSince?: number; // unix ms; absent while it can be read
  lastFault?: string;
  looks: { done: number; failed: ReadonlyMap<SourceFault, number> };
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
  status: () => SourceState;
};

// A head that makes a heartbeat due often comes with a new candle, and that one goes first.
const SOON_MS = 200;
const RETRY_MS = 1_000; // after a failed look; the source itself keeps away from an exchange that asks for more

export const createLookout = ({ source, chains, rules, onNeed, log, signal }: LookoutParams): Lookout => {
  const wanted = new Set<RoundKey>();
  const failed = new Map<SourceFault, number>();
  const state: Omit<SourceState, "looks"> = {};
  let done = 0;
  let failures = 0;
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

  const lookIn = (ms: number): void => {
    soon ??= setTimeout(() => {
      soon = undefined; // before the look, which may be one that is already under way
      void look();
    }, ms);
  };

  /** Without candles there is still a price to report, without a price nothing. */
  const lookOnce = async (): Promise<void> => {
    const before = failures;
    const [ticker] = await Promise.all([tried(source.ticker(signal)), tried(readCandles())]);
    if (ticker !== undefined) {
      state.ticker = ticker;
      // A candle may have closed between the two answers.
      if (candles.length === 0 && needsAt(ticker).length > 0) await tried(readCandles());
      for (const need of needsAt(ticker)) await onNeed(need, wanted.delete(need.round));
    }
    if (signal.aborted || failures > before) return;
    done += 1;
    state.readAt = Date.now();
    delete state.failingSince;
  };

  const needsAt = (ticker: Ticker): Need[] => findNeeds({ chains: chains(), candles, ticker, rules, joined: wanted });

  const tried = async <T>(answer: Promise<T>): Promise<T | undefined> => {
    try {
      return await answer;
    } catch (error) {
      if (!signal.aborted) fail(error);
      return undefined;
    }
  };

  const fail = (error: unknown): void => {
    const fault = faultOf(error);
    failed.set(fault, (failed.get(fault) ?? 0) + 1);
    failures += 1;
    state.lastFault = rootMessage(error);
    state.failingSince ??= Date.now();
    log.warn({ source: source.name, fault, reason: state.lastFault }, "source cannot be read");
    lookIn(RETRY_MS);
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
    lookSoon: () => lookIn(SOON_MS),
    want: (round) => void wanted.add(round),
    dropWanted: (isPast) => {
      for (const round of wanted) if (isPast(round)) wanted.delete(round);
    },
    nextCandle: (chain) => nextCandle(chain, candles),
    watch: async () => {
      for await (const _ of source.changes(signal)) void look();
    },
    status: () => ({ ...state, looks: { done, failed } }),
  };
};
