// The one JSON line of `--exit --json`: every field is measured, by reading the chain back.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { signalFeedAbi, vaultAbi } from "@aibot/kit/generated/abis";
import { feedId } from "@aibot/kit/ids";
import type { Chain } from "@aibot/kit/node/chain";
import { readJournal } from "@aibot/kit/node/transactions";
import type { Hex } from "viem";
import { verifyRounds } from "../../ai-node/src/verify.ts";
import { signalPath, vaultPath } from "../../app/src/links.ts";
import { median } from "../median.ts";
import { type RunView, readRun } from "./graphql.ts";
import { residentMiB } from "./memory.ts";
import type { Options } from "./options.ts";
import type { ReplayProgress } from "./play.ts";
import { journalsDir } from "./stack.ts";
import type { State } from "./state.ts";

export type Report = {
  ok: boolean;
  rounds: number;
  market: string;
  published: number;
  equalToReference: number;
  auctions: number;
  fills: number;
  nav: { chain: string; graphql: string };
  weightBps: number;
  forecastVolBps: number;
  realisedVolBps: number;
  firstForecastSeconds: number;
  periodMsP50: number;
  residentMiB: number;
  doubleSends: number;
  urls: { app: string; graphql: string };
  replayEnd: boolean;
  errors: string[];
};

export type ChainReport = { unequal: string[] } & Pick<
  Report,
  | "published"
  | "equalToReference"
  | "auctions"
  | "fills"
  | "nav"
  | "weightBps"
  | "forecastVolBps"
  | "realisedVolBps"
  | "doubleSends"
>;

export type MeasureParams = {
  options: Options;
  chains: Chain[];
  state: State;
  urls: { app: string; graphql: string };
  played: ReplayProgress;
  fromBlock: bigint; // first block of this run
  startedAt: number; // unix milliseconds, when the user's command began
  faults: string[];
};

/** Reads the run back from chains, GraphQL, journals, pages and the process table. */
export const measure = async ({
  options,
  chains,
  state,
  urls,
  played,
  fromBlock,
  startedAt,
  faults,
}: MeasureParams): Promise<Report> => {
  const memory = residentMiB(process.pid);
  const rounds = { first: played.periods[0]?.round ?? 0, last: played.periods.at(-1)?.round ?? 0 };
  const reports = await Promise.all(
    chains.map((chain) =>
      reportChain({ chain, graphql: urls.graphql, rounds, fromBlock, journals: journalsDir(state) }),
    ),
  );
  const [{ unequal: _, ...first }] = reports as [ChainReport, ...ChainReport[]];
  const sum = (field: "published" | "equalToReference" | "auctions" | "fills" | "doubleSends") =>
    reports.reduce((total, report) => total + report[field], 0);
  const errors = [...faults, ...(await pageErrors(urls.app, chains)), ...reports.flatMap(faultsOf)];
  if (!played.ended && played.periods.length < (options.rounds ?? 0))
    errors.push(`only ${played.periods.length} periods ran`);
  return {
    ok: errors.length === 0,
    rounds: played.periods.length,
    market: chains[0]?.deployment.markets[0]?.symbol ?? "",
    ...first,
    published: sum("published"),
    equalToReference: sum("equalToReference"),
    auctions: sum("auctions"),
    fills: sum("fills"),
    doubleSends: sum("doubleSends"),
    firstForecastSeconds: Math.round(((played.firstPeriodAt ?? Date.now()) - startedAt) / 100) / 10,
    periodMsP50: Math.round(median(played.periods.map(({ milliseconds }) => milliseconds))),
    residentMiB: memory,
    urls: { app: urls.app, graphql: urls.graphql },
    replayEnd: played.ended,
    errors,
  };
};

const faultsOf = ({ published, equalToReference, unequal, nav, doubleSends }: ChainReport): string[] => [
  ...(published === equalToReference
    ? []
    : [`${published - equalToReference} of ${published} rounds differ from the reference, first ${unequal[0]}`]),
  ...(nav.chain === nav.graphql ? [] : [`NAV is ${nav.chain} on chain and ${nav.graphql} in GraphQL`]),
  ...(doubleSends === 0 ? [] : [`${doubleSends} actions were sent twice`]),
];

/** Fetches every page of the app once. */
const pageErrors = async (app: string, chains: Chain[]): Promise<string[]> => {
  const paths = chains.flatMap(({ id, deployment: { vaults, markets } }) => [
    ...vaults.map(({ address }) => vaultPath(id, address)),
    ...markets.map(({ feed }) => signalPath(id, feed)),
  ]);
  const answers = await Promise.all(
    ["/", ...paths].map(async (path) => {
      const response = await fetch(new URL(path, app));
      const isPage = response.ok && (await response.text()).includes("<html");
      return isPage ? [] : [`page ${path} answers ${response.status}`];
    }),
  );
  return answers.flat();
};

/** What `--exit --json` prints when a run could not begin or broke off. */
export const failedReport = (sentence: string): Report => ({
  ok: false,
  rounds: 0,
  market: "",
  published: 0,
  equalToReference: 0,
  auctions: 0,
  fills: 0,
  nav: { chain: "0", graphql: "0" },
  weightBps: 0,
  forecastVolBps: 0,
  realisedVolBps: 0,
  firstForecastSeconds: 0,
  periodMsP50: 0,
  residentMiB: 0,
  doubleSends: 0,
  urls: { app: "", graphql: "" },
  replayEnd: false,
  errors: [sentence],
});

export type ReportChainParams = {
  chain: Chain;
  graphql: string;
  rounds: { first: number; last: number };
  fromBlock: bigint;
  journals: string;
};

/** Measures one chain: the rounds that were played, and the trades of this run's blocks. */
export const reportChain = async ({
  chain,
  graphql,
  rounds,
  fromBlock,
  journals,
}: ReportChainParams): Promise<ChainReport> => {
  const [market] = chain.deployment.markets;
  const [vault] = chain.deployment.vaults;
  if (market === undefined || vault === undefined) throw new Error("nothing is deployed");
  const view = await readRun(graphql, { chain: chain.id, market: market.id, feed: market.feed });
  const events = await chain.client.getContractEvents({
    address: chain.deployment.contracts.signalFeed,
    abi: signalFeedAbi,
    eventName: "SignalPublished",
    args: { feed: feedId(market.feed) },
    fromBlock: BigInt(chain.deployment.startBlock),
    strict: true,
  });
  const published = events.filter(({ args: { round } }) => round >= rounds.first && round <= rounds.last);
  const verdicts = await verifyRounds({ chain, feed: market.feed, from: rounds.first, to: rounds.last });
  const trades = async (eventName: "AuctionOpened" | "AuctionFilled") =>
    (await chain.client.getContractEvents({ address: vault.address, abi: vaultAbi, eventName, fromBlock })).length;
  return {
    published: published.length,
    equalToReference: verdicts.filter(({ equal }) => equal).length,
    unequal: verdicts.flatMap(({ equal, round, differences }) =>
      equal ? [] : [`round ${round}: ${differences.join(", ")}`],
    ),
    auctions: await trades("AuctionOpened"),
    fills: await trades("AuctionFilled"),
    nav: { chain: String(await navOnChain(chain, vault.address, view)), graphql: String(view.vault?.nav ?? 0n) },
    weightBps: view.vault?.weightBps ?? 0,
    forecastVolBps: view.forecastVolBps ?? 0,
    realisedVolBps: view.realisedVolBps ?? 0,
    doubleSends: await countDoubleSends(chain, journals),
  };
};

const navOnChain = ({ client }: Chain, address: Hex, { height }: RunView) =>
  client.readContract({ address, abi: vaultAbi, functionName: "totalAssets", blockNumber: BigInt(height) });

/** Successful transactions beyond the first of the same action key, whatever the journals believe of them. */
const countDoubleSends = async ({ client, id }: Chain, journals: string): Promise<number> => {
  const attempts = readdirSync(journals, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(`-${id}.sqlite`))
    .flatMap((name) => readJournal(join(journals, name)).map(({ key, hash }) => ({ key: `${name} ${key}`, hash })));
  const succeeded = new Map<string, number>();
  for (let start = 0; start < attempts.length; start += 200) {
    await Promise.all(
      attempts.slice(start, start + 200).map(async ({ key, hash }) => {
        const receipt = await client.getTransactionReceipt({ hash }).catch(() => undefined); // never mined: replaced
        if (receipt?.status === "success") succeeded.set(key, (succeeded.get(key) ?? 0) + 1);
      }),
    );
  }
  return [...succeeded.values()].reduce((sum, count) => sum + count - 1, 0);
};
