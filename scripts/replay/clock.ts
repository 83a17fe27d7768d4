// Moves the time of one chain, and knows when nothing is left to do at the present time.
import { setTimeout as sleep } from "node:timers/promises";
import type { Candle } from "@aibot/kit/candles";
import type { Chain } from "@aibot/kit/node/chain";
import type { Logger } from "@aibot/kit/node/log";
import type { Bell } from "./bell.ts";
import type { Indexed } from "./indexed.ts";
import { type ChainState, judge, readChainState } from "./settle.ts";

const auctionStepSeconds = 30n;
const auctionStepPauseMs = 25; // long enough for a keeper on this machine to look at the new price
const idleCheckMs = 500; // nothing happened: look again, in case a message was lost
const maxFailedLooks = 20;

export type ClockParams = { chain: Chain; bell: Bell; indexed: Indexed; log: Logger; signal: AbortSignal };

export const createClock = ({ chain, bell, indexed, log, signal }: ClockParams) => {
  let isStale = true; // a new head came since the last look began
  chain.watchHeads(() => {
    isStale = true;
    bell.fire();
  }, signal);

  const head = () => chain.client.getBlock({ blockTag: "latest" });

  /** Mines one block at `timestamp`, unless the chain is past it. */
  const mineAt = async (timestamp: bigint) => {
    if ((await head()).timestamp >= timestamp) return;
    await chain.client.request({ method: "evm_mine", params: [{ timestamp: Number(timestamp), blocks: 1 }] } as never);
  };

  /** Reads what there is to do; a node that cannot answer is asked again. */
  const look = async (): Promise<ChainState> => {
    for (let failed = 0; ; failed += 1) {
      isStale = false;
      try {
        return await readChainState(chain);
      } catch (error) {
        if (failed === maxFailedLooks || signal.aborted) throw error;
        log.warn({ chain: chain.id, error }, "could not look at the chain, trying again");
        await bell.next(idleCheckMs);
      }
    }
  };

  /** Lets a keeper look at the auction's price; moves time if nobody traded. */
  const stepAuction = async (state: ChainState) => {
    await sleep(auctionStepPauseMs);
    const { number, timestamp } = await head();
    if (number === state.head.number) await mineAt(timestamp + auctionStepSeconds);
  };

  /** Steps time through auctions until nothing is left to do; returns the round of the first market. */
  const untilSettled = async (candleEnd: bigint): Promise<number> => {
    let state = await look();
    for (;;) {
      const change = bell.next(idleCheckMs); // taken before looking, so that no change is missed
      if (isStale) state = await look();
      const verdict = judge(state, candleEnd, indexed.height(chain.id));
      if (verdict === "settled" || signal.aborted) return state.markets[0]?.lastRound ?? 0;
      if (verdict === "auction") await stepAuction(state);
      else if (!(await change)) state = await look();
    }
  };

  /** A round or an auction that is still due, from the seed or from the last run, must not be skipped. */
  const finish = async (last: Candle) => {
    const { markets } = await look();
    if (markets.every(({ lastRound }) => lastRound > 0)) await untilSettled(last.end);
  };

  return { mineAt, untilSettled, finish };
};
