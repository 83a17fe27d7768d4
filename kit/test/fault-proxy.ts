// A node behind a small proxy that misbehaves on demand, for tests of whoever depends on a node.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

export type Fault =
  | { kind: "none" }
  | { kind: "delay"; ms: number }
  | { kind: "hang" } // takes the request and says nothing
  | { kind: "drop" } // closes the connection instead of asking the node
  | { kind: "dropAnswer" } // asks the node, then closes the connection: was the request taken?
  | { kind: "status"; status: number; headers?: Record<string, string> } // an HTTP error
  | { kind: "error"; code: number; message: string } // a JSON-RPC error
  | { kind: "garbage"; body: string }
  | { kind: "truncate" } // half of the answer, then the connection closes
  | { kind: "wrongChain"; id: number }
  | { kind: "stale"; head: bigint }; // answers as it did when this was the newest block

export type RpcCall = { id?: number; method: string; params?: unknown[] };

/** One fault for everything, or a choice for each call. WebSockets pass, unless the fault for "socket" is hang or drop. */
export type Faults = Fault | ((call: RpcCall) => Fault);

export type FaultProxy = {
  rpc: string;
  ws: string;
  set: (faults: Faults) => void;
  /** Methods asked for, in order, whatever became of them. */
  calls: () => string[];
  stop: () => Promise<void>;
};

const NO_FAULT: Fault = { kind: "none" };

const hex = (value: bigint) => `0x${value.toString(16)}`;
const isBeyond = (block: unknown, head: bigint) =>
  typeof block === "string" && /^0x/.test(block) && BigInt(block) > head;

/** The same call, asked of the past. */
const agedCall = (call: RpcCall, head: bigint): RpcCall => ({
  ...call,
  params: (call.params ?? []).map((param) => (param === "latest" || param === "pending" ? hex(head) : param)),
});

/** The same answer, without what came later. */
const agedAnswer = (text: string, { method, params = [] }: RpcCall, head: bigint): string => {
  const answer = JSON.parse(text) as { result?: { blockNumber?: string } | string | null };
  if (method === "eth_blockNumber") answer.result = hex(head);
  const { result } = answer;
  const isLater = typeof result === "object" && result !== null && isBeyond(result.blockNumber, head);
  if (isLater || (method === "eth_getBlockByNumber" && isBeyond(params[0], head))) answer.result = null;
  return JSON.stringify(answer);
};

const readBody = async (request: IncomingMessage): Promise<string> => {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
};

type AnswerParams = { call: RpcCall; fault: Fault; target: string; response: ServerResponse };

const answer = async ({ call, fault, target, response }: AnswerParams): Promise<void> => {
  const reply = (body: string, status = 200, headers: Record<string, string> = {}) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
  const ask = async (asked: RpcCall) =>
    (
      await fetch(target, {
        method: "POST",
        body: JSON.stringify(asked),
        headers: { "content-type": "application/json" },
      })
    ).text();

  switch (fault.kind) {
    case "none":
      return void reply(await ask(call));
    case "delay":
      await sleep(fault.ms);
      return void reply(await ask(call));
    case "hang":
      return;
    case "drop":
      return void response.destroy();
    case "dropAnswer":
      await ask(call);
      return void response.destroy();
    case "status":
      return void reply("<html>not now</html>", fault.status, { "content-type": "text/html", ...fault.headers });
    case "error":
      return void reply(
        JSON.stringify({ jsonrpc: "2.0", id: call.id, error: { code: fault.code, message: fault.message } }),
      );
    case "garbage":
      return void reply(fault.body);
    case "truncate": {
      const body = await ask(call);
      response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
      response.write(body.slice(0, body.length / 2), () => response.destroy());
      return;
    }
    case "wrongChain": {
      if (call.method !== "eth_chainId") return void reply(await ask(call));
      return void reply(JSON.stringify({ jsonrpc: "2.0", id: call.id, result: hex(BigInt(fault.id)) }));
    }
    case "stale":
      return void reply(agedAnswer(await ask(agedCall(call, fault.head)), call, fault.head));
  }
};

/** Stands before the node at `target` (its HTTP URL); WebSockets are passed on byte by byte. */
export const startFaultProxy = async (target: string): Promise<FaultProxy> => {
  const calls: string[] = [];
  const tunnels = new Set<[Duplex, Socket]>();
  let faults: Faults = NO_FAULT;
  const faultFor = (call: RpcCall) => (typeof faults === "function" ? faults(call) : faults);

  const server = createServer(async (request, response) => {
    const call = JSON.parse(await readBody(request)) as RpcCall;
    calls.push(call.method);
    // The node is gone or the client has given up: what a dead node looks like from outside.
    await answer({ call, fault: faultFor(call), target, response }).catch(() => response.destroy());
  });

  const steer = ([client, node]: [Duplex, Socket]) => {
    const { kind } = faultFor({ method: "socket" });
    if (kind === "drop") for (const end of [client, node]) end.destroy();
    else for (const end of [client, node]) end[kind === "hang" ? "pause" : "resume"]();
  };

  server.on("upgrade", (request, client) => {
    const { hostname, port } = new URL(target);
    const node = connect(Number(port), hostname);
    const tunnel: [Duplex, Socket] = [client, node];
    tunnels.add(tunnel);
    const close = () => {
      tunnels.delete(tunnel);
      for (const end of tunnel) end.destroy();
    };
    for (const end of tunnel) end.on("error", close).on("close", close);
    const headers = request.rawHeaders.flatMap((name, i, all) => (i % 2 === 0 ? [`${name}: ${all[i + 1]}`] : []));
    node.write(`GET / HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`);
    client.on("data", (chunk) => node.write(chunk));
    node.on("data", (chunk) => client.write(chunk));
    steer(tunnel);
  });

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    rpc: `http://127.0.0.1:${port}`,
    ws: `ws://127.0.0.1:${port}`,
    set: (next) => {
      faults = next;
      for (const tunnel of tunnels) steer(tunnel);
    },
    calls: () => [...calls],
    stop: async () => {
      for (const [client, node] of tunnels) for (const end of [client, node]) end.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};
