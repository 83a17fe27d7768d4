// Decides whether a chain has done everything that the newest candle asks of it.
import { priceBookAbi, signalFeedAbi, vaultAbi } from "@aibot/kit/generated/abis";
import { feedId, marketId } from "@aibot/kit/ids";
import type { Chain } from "@aibot/kit/node/chain";

export type ChainState = {
  head: { number: bigint; timestamp: bigint };
  markets: { closedAt: bigint; index: number; lastRound: number }[];
  positions: { due: boolean; open: boolean }[];
};

export type Verdict = "publishing" | "auction" | "due" | "indexing" | "settled";

/** Pure: what the replay is waiting for. `indexed` is the block GraphQL has reached. */
export const judge = (state: ChainState, candleEnd: bigint, indexed: bigint): Verdict => {
  const published = state.markets.every(
    ({ closedAt, index, lastRound }) => closedAt >= candleEnd && lastRound === index,
  );
  if (!published) return "publishing";
  if (state.positions.some(({ open }) => open)) return "auction";
  if (state.positions.some(({ due }) => due)) return "due";
  return indexed >= state.head.number ? "settled" : "indexing";
};

/** Reads the head last: all that was read before it is in that block, so GraphQL at that block knows it too. */
export const readChainState = async ({ client, deployment }: Chain): Promise<ChainState> => {
  const { priceBook, signalFeed } = deployment.contracts;
  const [markets, positions] = await Promise.all([
    Promise.all(
      deployment.markets.map(async ({ id, feed }) => {
        const [candles, info] = await Promise.all([
          client.readContract({
            address: priceBook,
            abi: priceBookAbi,
            functionName: "candleState",
            args: [marketId(id)],
          }),
          client.readContract({
            address: signalFeed,
            abi: signalFeedAbi,
            functionName: "feedInfo",
            args: [feedId(feed)],
          }),
        ]);
        return { closedAt: BigInt(candles.closedAt), index: candles.index, lastRound: info.lastRound };
      }),
    ),
    Promise.all(
      deployment.vaults.flatMap(({ address, positions }) =>
        positions.map(async (_, index) => {
          const call = { address, abi: vaultAbi, args: [BigInt(index)] } as const;
          const [due, auction] = await Promise.all([
            client.readContract({ ...call, functionName: "isDue" }),
            client.readContract({ ...call, functionName: "openAuction" }),
          ]);
          return { due, open: auction.remaining !== 0n };
        }),
      ),
    ),
  ]);
  const block = await client.getBlock({ blockTag: "latest" });
  return { head: { number: block.number, timestamp: block.timestamp }, markets, positions };
};
