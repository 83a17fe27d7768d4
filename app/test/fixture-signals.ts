// Answers what the page of a signal asks, as the indexer and the chain's node would, from the story.
import { signalFeedAbi } from "@aibot/kit/generated/abis";
import { feedId } from "@aibot/kit/ids";
import { encodeAbiParameters, encodeEventTopics, type Hex } from "viem";
import {
  auctionOf,
  CHAIN,
  eventOf,
  FEED,
  marketOf,
  OWNER,
  pageOf,
  traded,
  VAULT,
  type World,
} from "./fixture-graphql.ts";
import { namedModel, type StoryRound } from "./story.ts";

const SIGNED_SOURCE = "0x3333333333333333333333333333333333333333";
export const SIGNAL_FEED = "0x5555555555555555555555555555555555555555";

type Variables = { id?: string; round?: number; after?: number; model?: string; fromRound?: number; limit?: number };

/** What the chain published, which a tampered world does not honour. */
const publishedValue = (world: World, { value }: StoryRound): bigint => (world.isTampered ? value + 1n : value);

const modelOf = {
  modelId: namedModel,
  kind: "Linear",
  author: OWNER,
  blob: "0x00000000000000000000000000000000000000c3",
  block: 17,
  tx: `0x${"17".repeat(32)}`,
};

const feedOf = (world: World) => ({
  id: `${CHAIN}-${FEED}`,
  chain: CHAIN,
  feed: FEED,
  horizon: 5,
  lastRound: world.rounds.at(-1)?.round ?? 0,
  model: { modelId: namedModel },
  market: {
    ...marketOf(world),
    sourceStates: [
      {
        address: SIGNED_SOURCE,
        kind: "signed",
        price: String(world.rounds.at(-1)?.price ?? 0n),
        priceAt: String(world.rounds.at(-1)?.closedAt ?? 0n),
        isAgreeing: true,
      },
    ],
  },
});

const signerSets = [{ address: SIGNED_SOURCE, signers: ["0x01", "0x02", "0x03", "0x04"], quorum: 3 }];

const roundOf = (world: World, number: number) => {
  const index = world.rounds.findIndex(({ round }) => round === number);
  const found = world.rounds[index];
  if (found === undefined) return null;
  return {
    ...eventOf(found, index, "publish"),
    round: found.round,
    value: String(publishedValue(world, found)),
    level: 1,
    closedAt: String(found.closedAt),
    features: found.features,
    realisedVolBps: found.realisedVolBps,
    naiveVolBps: found.naiveVolBps,
    model: modelOf,
  };
};

const neighbourOf = (found: StoryRound | undefined) =>
  found === undefined ? [] : [{ round: found.round, features: found.features, model: { modelId: namedModel } }];

const tradesOf = (world: World, number: number) =>
  traded(world)
    .filter(({ round }) => round.round === number)
    .map(({ round, index }) => ({
      ...auctionOf(round, index),
      vault: { address: VAULT, name: "Volatility-target SPX" },
      position: { symbol: "SPX", decimals: 18 },
    }));

const outlookOf = (world: World, row: StoryRound) => ({
  round: row.round,
  closedAt: String(row.closedAt),
  value: String(publishedValue(world, row)),
  volatilityBps: row.volatilityBps,
  realisedValue: row.realisedValue === null ? null : String(row.realisedValue),
  realisedVolBps: row.realisedVolBps,
  naiveVolBps: row.naiveVolBps,
});

/** `data` of the answer to a query of the signal page; undefined for the queries of others. */
export const answerSignalQuery = (world: World, query: string, variables: Variables): unknown => {
  const { round = 0, after = 0, model = "" } = variables;
  switch (/^query (\w+)/.exec(query)?.[1]) {
    case "Feed":
      return { feed: feedOf(world), signerSets };
    case "Round":
      return {
        round: roundOf(world, round),
        previous: neighbourOf(world.rounds.findLast((row) => row.round < round)),
        next: neighbourOf(world.rounds.find((row) => row.round > round)),
        trades: tradesOf(world, round),
      };
    case "Outlooks":
      return { rounds: pageOf(world.rounds, variables).map((row) => outlookOf(world, row)) };
    case "ModelRun": {
      const first = world.rounds.find((row) => row.round > after && model !== namedModel);
      return {
        rounds: first === undefined ? [] : [{ round: first.round, closedAt: String(first.closedAt), model: modelOf }],
      };
    }
    default:
      return undefined;
  }
};

/** The receipt of the transaction that published a round; null for every other hash. */
export const publishReceipt = (world: World, hash: string): unknown => {
  const index = world.rounds.findIndex((round, k) => eventOf(round, k, "publish").tx === hash);
  const found = world.rounds[index];
  if (found === undefined) return null;
  const args = { feed: feedId(FEED), round: found.round, model: namedModel };
  const data = encodeAbiParameters(
    [{ type: "int64" }, { type: "uint8" }, { type: "uint48" }, { type: "bytes32" }],
    [publishedValue(world, found), 1, Number(found.closedAt), found.features],
  );
  return {
    transactionHash: hash,
    status: "0x1",
    logs: [
      // Another contract may emit the same event; the page must not believe it.
      { address: OWNER, topics: topicsOf({ ...args, round: found.round }), data: lie(data) },
      { address: SIGNAL_FEED, topics: topicsOf(args), data },
    ],
  };
};

const topicsOf = (args: { feed: Hex; round: number; model: Hex }) =>
  encodeEventTopics({ abi: signalFeedAbi, eventName: "SignalPublished", args });

const lie = (data: Hex): Hex => `0x${"00".repeat(31)}2a${data.slice(66)}`;
