// The part of a run that a person watches: the replay goes, the line under it lives.
import { setTimeout as sleep } from "node:timers/promises";
import { priceBookAbi } from "@aibot/kit/generated/abis";
import { marketId } from "@aibot/kit/ids";
import type { Chain } from "@aibot/kit/node/chain";
import { fundVault } from "../../deploy/fund-vault.ts";
import { localAccounts } from "../../deploy/local-accounts.ts";
import type { ReplayCommand, ReplayMessage } from "../replay/config.ts";
import { type PeriodLine, type RunView, readPeriod, readRun } from "./graphql.ts";
import type { Running } from "./processes.ts";
import { statusLine } from "./status.ts";

const treasuryDeposit = 1_000_000n; // whole units of the base asset
const priceTimeoutMs = 60_000;

/** Waits for the first price that the nodes agree on, then makes the first deposit of each vault. */
export const fundVaults = async (chains: Chain[], signal: AbortSignal): Promise<void> => {
  for (const chain of chains) {
    await untilPriced(chain, signal);
    for (const { base } of chain.deployment.vaults) {
      await fundVault({
        rpc: chain.rpc,
        depositorKey: localAccounts().treasury.privateKey,
        deployment: chain.deployment,
        assets: treasuryDeposit * 10n ** BigInt(base.decimals),
        log: () => undefined,
      });
    }
  }
};

const untilPriced = async ({ client, deployment }: Chain, signal: AbortSignal): Promise<void> => {
  const deadline = performance.now() + priceTimeoutMs;
  for (const { id } of deployment.markets) {
    const call = {
      address: deployment.contracts.priceBook,
      abi: priceBookAbi,
      functionName: "peek",
      args: [marketId(id)],
    } as const;
    while ((await client.readContract(call))[0] === 0n) {
      if (performance.now() > deadline)
        throw new Error(`no price of ${id} within ${priceTimeoutMs / 1000} s, see the logs of the oracle nodes`);
      await sleep(50, undefined, { signal });
    }
  }
};

type WatchParams = {
  chain: Chain;
  graphql: string;
  /** One JSON line a period, for programs. */
  onPeriodLine: ((line: PeriodLine) => void) | undefined;
  output: NodeJS.WriteStream;
};

const lineEveryMs = 250; // on a terminal
const lineEveryMsInLog = 10_000;

/** Shows how the run stands, no more often than a person can read. */
export const createWatch = ({ chain, graphql, onPeriodLine, output }: WatchParams) => {
  const [market] = chain.deployment.markets;
  const [vault] = chain.deployment.vaults;
  let last = Number.NEGATIVE_INFINITY;
  let note = "";
  // While the API restarts there is nothing to show; the next period brings it.
  const look = () =>
    readRun(graphql, { chain: chain.id, market: market?.id ?? "", feed: market?.feed ?? "" }).catch(() => undefined);

  const show = (view: RunView) => {
    const line = statusLine({
      market: market?.symbol ?? "",
      baseSymbol: vault?.base.symbol ?? "",
      baseDecimals: vault?.base.decimals ?? 0,
      view,
      note,
    });
    // One row only: a wrapped line could not be written over.
    output.write(output.isTTY ? `\r\x1b[K${line.slice(0, output.columns - 1)}` : `${line}\n`);
  };

  const refresh = async () => {
    if (performance.now() - last < (output.isTTY ? lineEveryMs : lineEveryMsInLog)) return;
    last = performance.now();
    const view = await look();
    if (view !== undefined) show(view);
  };

  return {
    look,
    onPeriod: async (round: number) => {
      if (onPeriodLine !== undefined) {
        const subject = { chain: chain.id, feed: market?.feed ?? "", vault: vault?.address ?? "", round };
        const line = await readPeriod(graphql, subject).catch(() => undefined);
        if (line !== undefined) onPeriodLine(line);
      }
      await refresh();
    },
    refresh,
    say: async (text: string) => {
      note = text;
      const view = await look();
      if (view !== undefined) show(view);
    },
  };
};

/** Lets a person pause with the space bar; Ctrl-C arrives as a key because the terminal is in raw mode. */
export const listenToKeys = (
  input: NodeJS.ReadStream,
  replay: Running | undefined,
  onStop: () => void,
): (() => void) => {
  if (!input.isTTY) return () => undefined;
  input.setRawMode(true).resume();
  input.on("data", (keys: Buffer) => {
    for (const key of keys.toString("utf8")) {
      if (key === " ") replay?.send({ kind: "togglePause" } satisfies ReplayCommand);
      if (key === "\x03") onStop();
    }
  });
  return () => {
    input.setRawMode(false).pause();
  };
};

export type ReplayProgress = {
  periods: { round: number; milliseconds: number }[];
  ended: boolean;
  firstPeriodAt: number | undefined; // unix milliseconds
};

type ReplayListener = { progress: ReplayProgress; onChange: () => void; onPause: (note: string) => void };

/** Keeps count of what the replay reports. */
export const listenToReplay =
  ({ progress, onChange, onPause }: ReplayListener) =>
  (message: unknown): void => {
    const event = message as ReplayMessage;
    if (event.kind === "period") {
      progress.firstPeriodAt ??= Date.now();
      progress.periods.push({ round: event.round, milliseconds: event.milliseconds });
    }
    if (event.kind === "end") progress.ended = true;
    if (event.kind === "paused")
      onPause(event.held ? "held while a transaction is reviewed" : event.paused ? "paused, space resumes" : "");
    onChange();
  };

const liveLookMs = 2_000;

type FollowLiveParams = {
  look: () => Promise<RunView | undefined>;
  progress: ReplayProgress;
  onChange: () => void;
  signal: AbortSignal;
};

/** Without a replay the chain itself says when a round has been published. */
export const followLive = async ({ look, progress, onChange, signal }: FollowLiveParams): Promise<void> => {
  let since = performance.now();
  for (let last = (await look())?.round ?? 0; !signal.aborted; ) {
    const round = (await look())?.round ?? last;
    if (round > last) {
      progress.firstPeriodAt ??= Date.now();
      progress.periods.push({ round, milliseconds: performance.now() - since });
      [last, since] = [round, performance.now()];
    }
    onChange();
    await sleep(liveLookMs, undefined, { signal }).catch(() => undefined); // called off: the loop ends
  }
};
