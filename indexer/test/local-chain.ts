// anvil with contracts that emit whatever they are told to, so that a test can make any event in any block.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { concat, type Hex, numberToHex } from "viem";
import { addresses } from "./deployment.ts";
import type { Emission } from "./emissions.ts";

const anvil = fileURLToPath(new URL("../../node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil", import.meta.url));

/**
 * Calldata is one byte n, n topics and the data of a log: all four topic places are pushed (LOGn takes the upper n),
 * the data is copied to memory, and n chooses among LOG1 … LOG4.
 */
const emitterCode: Hex = `0x${[
  "60613560413560213560013560003560f81c", // topic 4, 3, 2, 1, n
  "8060051b600101803603", // start = 32 n + 1, length = calldatasize − start
  "9081906000379", // calldatacopy(0, start, length)
  "0806001146040578060021460465780600314604c5780600414605257005b", // jump by n
  "506000a1005b506000a2005b506000a3005b506000a400",
].join("")}`;

const sender: Hex = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"; // anvil's first account

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
};

export type LocalChain = {
  rpc: string;
  ws: string;
  call<T = unknown>(method: string, ...params: unknown[]): Promise<T>;
  /** Mines one block that holds `emissions`, one transaction each. */
  mine(...emissions: Emission[]): Promise<number>;
  /** Queues a log for the next block. */
  queue(emission: Emission): Promise<Hex>;
  height(): Promise<number>;
  stop(signal?: "SIGKILL" | "SIGTERM"): Promise<void>;
};

export const startChain = async (port: number, ...args: string[]): Promise<LocalChain> => {
  const child = spawn(anvil, ["--port", `${port}`, "--no-mining", "--silent", ...args], { stdio: "ignore" });
  const ended = once(child, "exit");
  const rpc = `http://127.0.0.1:${port}`;

  const call = async <T>(method: string, ...params: unknown[]): Promise<T> => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const response = await fetch(rpc, { method: "POST", headers: { "content-type": "application/json" }, body });
    const answer = (await response.json()) as { result: T; error?: { message: string } };
    if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result;
  };
  const queue = ({ address, topics, data }: Emission) => {
    const input = concat([numberToHex(topics.length, { size: 1 }), ...topics, data]);
    return call<Hex>("eth_sendTransaction", { from: sender, to: address, data: input, gas: "0x100000" });
  };
  const height = async () => Number(await call<Hex>("eth_blockNumber"));

  for (let attempt = 0; ; attempt++) {
    const isUp = await height().catch(() => undefined);
    if (isUp !== undefined) break;
    if (attempt === 200) throw new Error("anvil does not answer");
    await sleep(25);
  }
  if ((await height()) === 0) {
    for (const address of Object.values(addresses)) await call("anvil_setCode", address, emitterCode);
    await call("evm_mine"); // a rollback to any later block keeps the code
  }

  return {
    rpc,
    ws: rpc.replace("http", "ws"),
    call,
    queue,
    height,
    async mine(...emissions) {
      for (const emission of emissions) await queue(emission);
      await call("evm_mine");
      return height();
    },
    async stop(signal = "SIGKILL") {
      child.kill(signal);
      await ended;
    },
  };
};
