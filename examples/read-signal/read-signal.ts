// Reads the newest volatility forecast of a feed:
//   node examples/read-signal/read-signal.ts <rpc url> <SignalFeed address> "SPX/USD vol"
import { signalFeedAbi } from "@aibot/kit/generated/abis";
import { feedId } from "@aibot/kit/ids";
import { level, volatilityBps } from "@aibot/kit/signals";
import { createPublicClient, type Hex, http, type PublicClient } from "viem";

const MAX_AGE = 6n * 86_400n; // seconds; older is refused by the chain

export type ReadSignalParams = { client: PublicClient; signalFeed: Hex; feed: string };

/** Round and annualised volatility in basis points, as the EVM has computed it. */
export const readSignal = async ({ client, signalFeed, feed }: ReadSignalParams) => {
  const signal = await client.readContract({
    address: signalFeed,
    abi: signalFeedAbi,
    functionName: "latest",
    args: [feedId(feed), MAX_AGE, level.executed],
  });
  return { round: signal.round, volatilityBps: volatilityBps(signal.value) };
};

if (import.meta.main) {
  const [url, signalFeed, feed] = process.argv.slice(2);
  if (!url || !signalFeed || !feed) throw new Error("Give three arguments: RPC URL, SignalFeed address, feed name.");
  const client = createPublicClient({ transport: http(url) });
  const { round, volatilityBps: bps } = await readSignal({ client, signalFeed: signalFeed as Hex, feed });
  console.log(`${feed}: round ${round} expects ${Number(bps) / 100} % a year`);
}
