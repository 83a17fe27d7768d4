// Rebuilds rounds from nothing but the chain's history: signed reports, seed events and model blobs.
import type { Deployment } from "@aibot/kit/deployment";
import { InputError } from "@aibot/kit/errors";
import { feedId, marketId } from "@aibot/kit/ids";
import type { Chain } from "@aibot/kit/node/chain";
import type { Hex } from "viem";
import { missingModels, readModels } from "./models.ts";
import { type LogOf, type ProtocolLog, readProtocolLogs } from "./protocol-logs.ts";
import { proveReport, type SignerSet } from "./reports.ts";
import { createTrack, type Evidence, follow, type Verdict } from "./track.ts";

/** Transactions fetched at once. */
const BATCH = 50;

export type VerifyParams = {
  chain: Pick<Chain, "id" | "client" | "deployment">;
  feed: string; // "SPX/USD vol"
  from: number; // first and last round
  to: number;
};

/**
 * One verdict per published round from `from` to `to`, oldest first. Features remember every candle before a round, so
 * the signatures of all of them are checked, whatever `from` is.
 */
export const verifyRounds = async ({ chain, feed, from, to }: VerifyParams): Promise<Verdict[]> => {
  const market = marketOf(chain.deployment, feed);
  const toBlock = await chain.client.getBlockNumber();
  const logs = await readProtocolLogs(chain, { fromBlock: BigInt(chain.deployment.startBlock), toBlock });
  const relevant = upToRound(logs, feedId(feed), to);
  const models = new Map(await readModels(chain, missingModels(relevant, new Map())));
  const evidence = await proveAll(chain, relevant, marketId(market));

  let track = createTrack(feedId(feed), marketId(market));
  const verdicts: Verdict[] = [];
  for (const log of relevant) {
    const step = follow(track, log, { models, evidenceOf: (report) => evidence.get(idOf(report)) });
    track = step.track;
    if (step.verdict !== undefined && step.verdict.round >= from) verdicts.push(step.verdict);
  }
  return verdicts;
};

const marketOf = ({ markets }: Deployment, feed: string): string => {
  const found = markets.find((market) => market.feed === feed);
  if (found !== undefined) return found.id;
  const names = markets.map((market) => `"${market.feed}"`).join(", ");
  throw new InputError(`The feed "${feed}" is not deployed: choose one of ${names}.`);
};

const upToRound = (logs: ProtocolLog[], feed: Hex, to: number): ProtocolLog[] => {
  const end = logs.findLastIndex(
    (log) => log.eventName === "SignalPublished" && log.args.feed === feed && log.args.round <= to,
  );
  return logs.slice(0, end + 1);
};

const idOf = ({ blockNumber, logIndex }: ProtocolLog): string => `${blockNumber}-${logIndex}`;

/** Each report of `market` with the signer set in force when it came. */
const reportsOf = (logs: ProtocolLog[], market: Hex) => {
  let signerSet: SignerSet = { signers: [], quorum: 1 };
  const reports: { log: LogOf<"CandleReported">; signerSet: SignerSet }[] = [];
  for (const log of logs) {
    if (log.eventName === "SignersChanged") signerSet = log.args;
    if (log.eventName === "CandleReported" && log.args.market === market) reports.push({ log, signerSet });
  }
  return reports;
};

const proveAll = async (
  { id: chainId, client, deployment }: VerifyParams["chain"],
  logs: ProtocolLog[],
  market: Hex,
): Promise<Map<string, Evidence>> => {
  const source = deployment.contracts.signedSource;
  const reports = reportsOf(logs, market);
  const evidence = new Map<string, Evidence>();
  for (let start = 0; start < reports.length; start += BATCH) {
    const proofs = reports.slice(start, start + BATCH).map(async ({ log, signerSet }) => {
      const transaction = await client.getTransaction({ hash: log.transactionHash });
      const { start: begin, end, open, high, low, close } = log.args;
      const candle = { start: BigInt(begin), end: BigInt(end), open, high, low, close };
      const proof = await proveReport({ transaction, report: { market, candle }, chainId, source, signerSet });
      evidence.set(idOf(log), proof);
    });
    await Promise.all(proofs);
  }
  return evidence;
};
