// What an integrator copies. The lines are those of examples/read-signal, which the tests compile and run.
import { level } from "@aibot/kit/signals";
import type { Hex } from "viem";

const DAY = 86_400n;

/** A maximum age as Solidity writes it. */
const ageText = (seconds: bigint): string => (seconds % DAY === 0n ? `${seconds / DAY} days` : `${seconds} seconds`);

/** The feed's reader in a contract; `maxAge` in seconds. */
export const soliditySnippet = (maxAge: bigint): string =>
  `try signalFeed.latest(feed, ${ageText(maxAge)}, Level.EXECUTED) returns (Signal memory signal) {
    uint256 volatilityWad = FixedMath.exp2Wad(signal.value); // 1e18 = 100 %/yr
    // use it
} catch {
    // no fresh signal: fall back to your most careful setting
}`;

export type CommandParams = { rpc: string; signalFeed: Hex; feed: Hex; maxAge: bigint };

/** The same reading with Foundry's cast. */
export const castCommand = ({ rpc, signalFeed, feed, maxAge }: CommandParams): string =>
  `cast call ${signalFeed} "latest(bytes32,uint256,uint8)(int64,uint48,uint32,uint8)" ${feed} ${maxAge} ${level.executed} --rpc-url ${rpc}`;
