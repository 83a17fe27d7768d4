// One run from the first process to the last: prepare, start, play, report, stop.
import { setTimeout as sleep } from "node:timers/promises";
import { InputError } from "@aibot/kit/errors";
import { priceBookAbi } from "@aibot/kit/generated/abis";
import { marketId } from "@aibot/kit/ids";
import type { Chain } from "@aibot/kit/node/chain";
import { createLog } from "@aibot/kit/node/log";
import type { ReplayCommand } from "../replay/config.ts";
import { keepHistory, loadLiveMarket, sourceSetting } from "./live.ts";
import { loadMarket, type MarketData } from "./market.ts";
import { minHistory } from "./model.ts";
import type { Options } from "./options.ts";
import { createWatch, followLive, fundVaults, listenToKeys, listenToReplay, type ReplayProgress } from "./play.ts";
import { checkPorts, type Ports, portsFrom } from "./ports.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { createProcesses, type Processes } from "./processes.ts";
import { createProgress, type Progress } from "./progress.ts";
import { failedReport, measure, type Report } from "./report.ts";
import { chainsOf, startApp, startReplay, startServices, urlsOf } from "./stack.ts";
import { openState, type State } from "./state.ts";

const startedAt = Number(process.env.STARTED_AT_MS ?? Date.now());
const answerTimeoutMs = 90_000;

/** Runs until the replay has done its rounds (--exit) or someone stops it; returns the exit code. */
export const startRun = async (options: Options): Promise<number> => {
  const print = (report: Report) => options.exit && options.json && console.log(JSON.stringify(report));
  try {
    const report = await play(options, await loadData(options));
    if (report !== undefined) print(report);
    return report === undefined || report.ok ? 0 : 1;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    console.error(error.message);
    print(failedReport(error.message));
    return 1;
  }
};

const loadData = async (options: Options): Promise<MarketData> => {
  const { data, period, from } = options;
  const history = minHistory(period);
  if (data.kind === "live") return loadLiveMarket({ ...data, options, history });
  return loadMarket({ data, period, from, minHistory: history });
};

/** Resolves when this process is asked to stop; the terminal, npm and the shell may each ask. */
const createStop = () => {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => controller.abort());
  return controller;
};

/** What the parts of one run share. */
type Run = {
  options: Options;
  data: MarketData;
  state: State;
  ports: Ports;
  processes: Processes;
  progress: Progress;
  stop: AbortController;
  faults: string[];
};

const play = async (options: Options, data: MarketData): Promise<Report | undefined> => {
  const state = openState({
    dir: options.state,
    reset: options.reset,
    fingerprint: `${data.fingerprint} ${options.chains}`,
  });
  const stop = createStop();
  const faults: string[] = [];
  const progress = createProgress((text) => process.stderr.write(text));
  const fates = {
    onRestart: (name: string, why: string) => progress.say(`  ${name} ${why}: starting it again`),
    onGivenUp: (name: string, sentence: string) => {
      faults.push(`${name} gave up: ${sentence}`);
      stop.abort();
    },
  };
  const processes = createProcesses({ logDir: state.logs, onPids: state.savePids, ...fates });
  const ports = portsFrom(options.port, options.chains);
  let prepared: Prepared | undefined;
  try {
    await checkPorts(ports);
    if (options.data.kind === "live") keepHistory(state.dir, data.candles);
    const live = options.data.kind === "live";
    const chains = chainsOf(ports, state);
    prepared = await prepare({
      data,
      live,
      state,
      ports,
      chains,
      processes,
      progress,
      log: createLog("start", "warn"),
      ...fates,
    });
    const report = await follow({ options, data, state, ports, processes, progress, stop, faults }, prepared);
    if (report !== undefined) return report;
  } catch (error) {
    if (!stop.signal.aborted || error instanceof InputError) throw error; // whatever was waited for was called off
  } finally {
    if (stop.signal.aborted) progress.say("\n  stopping");
    await processes.stop();
    await prepared?.database.stop();
    state.release();
  }
  if (faults.length > 0) throw new InputError(faults.join(" "));
  return undefined;
};

/** Starts the services and follows the replay to its end, to --rounds, or until someone stops it. */
const follow = async (run: Run, { chains, database }: Prepared): Promise<Report | undefined> => {
  const { options, data, state, ports, processes, progress, stop, faults } = run;
  const urls = urlsOf(ports);
  const local = chainsOf(ports, state);
  const [chain] = chains as [Chain, ...Chain[]];
  const fromBlock = (await chain.client.getBlockNumber()) + 1n;
  const played: ReplayProgress = { periods: [], ended: false, firstPeriodAt: undefined };
  const changed = createChange(stop.signal);
  const watch = createWatch({
    chain,
    graphql: urls.graphql,
    onPeriodLine: options.json && !options.exit ? (line) => console.log(JSON.stringify(line)) : undefined,
    output: process.stderr,
  });

  const { kind } = options.data;
  const replay =
    kind === "live"
      ? undefined
      : startReplay({
          ...{ processes, ports, state, chains: local, candles: data.candles },
          ...{ speed: options.speed, rounds: options.rounds, first: await firstUnplayed(chains, data) },
          onMessage: listenToReplay({ progress: played, onChange: changed.fire, onPause: watch.say }),
        });
  // The nodes refuse a source that does not answer.
  if (replay !== undefined) await untilAnswering([`${urls.replay}/status`], stop.signal);
  const source = kind === "live" ? sourceSetting(options.data) : `replay:${urls.replay}`;
  const { rpc } = options;
  startServices({ processes, ports, state, chains: local, databaseUrl: database.url, source, rpc });
  startApp({ processes, ports, chains: local, replay: replay !== undefined, deployments: chains.map(deploymentOf) });

  const pages = [urls.app, `${urls.graphql}?query={__typename}`];
  await progress.step("services answer", () => untilAnswering(pages, stop.signal));
  await progress.step("vault funded at the first agreed price", () => fundVaults(chains, stop.signal));
  progress.say(`app: ${urls.app}\ngraphql: ${urls.graphql}\ninference: ${urls.inference}/openapi.json`);
  if (replay !== undefined) replay.send({ kind: "go" } satisfies ReplayCommand);
  else void followLive({ look: watch.look, progress: played, onChange: changed.fire, signal: stop.signal });

  const forgetKeys = listenToKeys(process.stdin, replay, () => stop.abort());
  try {
    for (let seen = 0; !stop.signal.aborted; ) {
      await changed.next();
      for (; seen < played.periods.length; seen += 1) await watch.onPeriod(played.periods[seen]?.round ?? 0);
      if (replay === undefined) await watch.refresh(); // periods are hours apart
      if (played.ended) await watch.say("the data end here, everything stays up; Ctrl-C stops");
      if (options.exit && (played.ended || seen >= (options.rounds ?? Number.POSITIVE_INFINITY))) {
        return await measure({ options, chains, state, urls, played, fromBlock, startedAt, faults });
      }
    }
  } finally {
    forgetKeys();
  }
  return undefined;
};

const deploymentOf = ({ deployment }: Chain) => deployment;

/** Index of the first candle that some chain has not closed yet. */
const firstUnplayed = async (chains: Chain[], data: MarketData): Promise<number> => {
  const closed = await Promise.all(
    chains.flatMap(({ client, deployment }) =>
      deployment.markets.map(async ({ id }) => {
        const call = { address: deployment.contracts.priceBook, abi: priceBookAbi, args: [marketId(id)] } as const;
        return BigInt((await client.readContract({ ...call, functionName: "candleState" })).closedAt);
      }),
    ),
  );
  const index = data.candles.findIndex(({ end }) => closed.some((closedAt) => closedAt < end));
  return index === -1 ? data.candles.length : Math.max(index, data.first);
};

const untilAnswering = async (urls: string[], signal: AbortSignal): Promise<void> => {
  const deadline = performance.now() + answerTimeoutMs;
  for (const url of urls) {
    // Refused connections are what one waits through here.
    while (
      !(await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      ))
    ) {
      if (performance.now() > deadline) throw new InputError(`${url} does not answer: see the logs beside the state.`);
      await sleep(50, undefined, { signal });
    }
  }
};

/** A bell for one listener: `next` resolves at the following `fire`, at once if it rang meanwhile, or when stopped. */
const createChange = (signal: AbortSignal) => {
  let rung = false;
  let wake = () => {};
  const fire = () => {
    rung = true;
    wake();
  };
  signal.addEventListener("abort", fire);
  return {
    fire,
    next: async () => {
      if (!rung) await new Promise<void>((resolve) => (wake = resolve));
      rung = false;
    },
  };
};
