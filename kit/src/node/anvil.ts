import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createTestClient, http, type PublicActions, publicActions, type TestClient } from "viem";

const BINARY = fileURLToPath(new URL("../../../node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil", import.meta.url));

export type Anvil = {
  rpc: string;
  ws: string;
  client: TestClient<"anvil"> & PublicActions;
  stop: () => Promise<void>;
};

/** Starts a bare chain on a free port, for tests. */
export const startAnvil = async (options: string[] = []): Promise<Anvil> => {
  const child = spawn(BINARY, [...(options.includes("--port") ? [] : ["--port", "0"]), ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  for await (const line of createInterface(child.stdout)) {
    const address = /^Listening on (\S+)$/.exec(line)?.[1];
    if (address === undefined) continue;
    child.stdout.resume(); // a full pipe would stop it
    const rpc = `http://${address}`;
    const client = createTestClient({ mode: "anvil", transport: http(rpc) }).extend(publicActions);
    const stop = () => {
      child.kill("SIGKILL");
      return exited;
    };
    return { rpc, ws: `ws://${address}`, client: client as unknown as Anvil["client"], stop };
  }
  throw new Error("anvil ended before it listened");
};
