// What the replay process and the one that starts it tell each other.
import type { Candle } from "@aibot/kit/candles";
import type { ChainSettings } from "@aibot/kit/node/chain";

/** The JSON file named on the replay's command line. */
export type ReplayConfig = {
  chains: ChainSettings[];
  graphql: string;
  port: number;
  speed: number | null; // periods per second; null: as fast as the services follow
  rounds: number | null; // pause after so many periods
  first: number; // index of the first candle to play; those before it are history
  candles: Candle[];
};

/** Messages from the replay to the process that started it. */
export type ReplayMessage =
  | { kind: "ready" }
  | { kind: "period"; round: number; milliseconds: number } // round of the first market of the first chain
  | { kind: "paused"; paused: boolean; held: boolean }
  | { kind: "end" };

/** Messages the other way. */
export type ReplayCommand = { kind: "go" } | { kind: "togglePause" };
