// The local EVM chains. Their state is one file each, written when the chain stops.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { InputError } from "@aibot/kit/errors";
import type { Processes } from "./processes.ts";

const anvil = join(import.meta.dirname, "../../node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil");
const startTimeoutMs = 60_000; // a long chain is read back from its file first
const saveEverySeconds = 120;

/**
 * Runs a program until its own standard input ends, then interrupts it, on which anvil writes its state. So the chain is
 * saved however this process ends.
 */
const endsWithInput = `exec 3<&0
"$@" </dev/null 3<&- &
program=$!
(cat <&3 >/dev/null; kill -INT $program 2>/dev/null) &
wait $program`;

export type LocalChain = { id: number; rpc: string; ws: string; dir: string; port: number };

type StartAnvilParams = {
  processes: Processes;
  chain: LocalChain;
  genesis: bigint | undefined; // unix seconds of the first block; undefined: real time, one block a second at least
};

export const startAnvil = async ({ processes, chain, genesis }: StartAnvilParams): Promise<void> => {
  const home = join(chain.dir, "home"); // anvil caches old states under HOME
  mkdirSync(home, { recursive: true });
  const stateFile = join(chain.dir, "state.json");
  const continued = existsSync(stateFile);
  processes.start({
    name: `chain-${chain.id}`,
    command: "sh",
    args: [
      ...["-c", endsWithInput, "sh", anvil],
      ...["--host", "127.0.0.1", "--port", String(chain.port), "--chain-id", String(chain.id)],
      ...["--state", stateFile, "--state-interval", String(saveEverySeconds), "--max-persisted-states", "64"],
      ...["--gas-limit", "200000000", "--base-fee", "1000000000", "--quiet"],
      ...(genesis === undefined ? ["--block-time", "1", "--mixed-mining"] : ["--timestamp", String(genesis)]),
    ],
    env: { HOME: home },
    restart: false,
    foundation: true,
    stopBy: "input",
  });
  await untilAnswers(chain, stateFile);
  if (genesis === undefined) return;
  if (continued) {
    // A chain read back from its file has lost its offset to real time: set it on from its head.
    const head = (await rpc(chain, "eth_getBlockByNumber", ["latest", false])) as { timestamp: string };
    await rpc(chain, "evm_setNextBlockTimestamp", [Number(head.timestamp) + 1]);
  }
  await rpc(chain, "anvil_setBlockTimestampInterval", [1]);
};

const untilAnswers = async (chain: LocalChain, stateFile: string) => {
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline) {
    const id = await rpc(chain, "eth_chainId", []).catch(() => undefined);
    if (Number(id) === chain.id) return;
    if (id !== undefined) {
      throw new InputError(
        `${chain.rpc} answers with chain id ${Number(id)}, not ${chain.id}: stop that node or pass --port.`,
      );
    }
    await sleep(25);
  }
  throw new InputError(`The local chain did not start with ${stateFile}: run again with --reset to begin anew.`);
};

const rpc = async ({ rpc: url }: LocalChain, method: string, params: unknown[]): Promise<unknown> => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    signal: AbortSignal.timeout(5_000),
  });
  const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } };
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
};
