import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { InputError } from "../errors.ts";
import type { Logger } from "./log.ts";

export type StatusParams = {
  port: number; // 0 = no server
  /** `ok: false` answers 503, so that a supervisor need not read the body. */
  health: () => { ok?: boolean };
  metrics: () => string;
  log: Logger;
};

export type StatusServer = { port: number; close: () => Promise<void> };

const json = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? item.toString() : item));

const answer = (response: ServerResponse, status: number, type: string, body: string) => {
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(body);
};

/** Serves `/health` and `/metrics` on the loopback interface. */
export const serveStatus = async ({ port, health, metrics, log }: StatusParams): Promise<StatusServer> => {
  if (port === 0) return { port: 0, close: async () => {} };

  const handle = (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url?.split("?")[0];
    if (request.method !== "GET") return answer(response, 405, "text/plain", "only GET is served here\n");
    if (path === "/metrics") return answer(response, 200, "text/plain; version=0.0.4", metrics());
    if (path !== "/health") return answer(response, 404, "text/plain", "try /health or /metrics\n");
    const state = health();
    return answer(response, state.ok === false ? 503 : 200, "application/json", json(state));
  };

  const server = createServer(handle);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const busy =
        error.code === "EADDRINUSE" ? "is in use; choose another one or 0 for none" : `fails: ${error.message}`;
      reject(new InputError(`HTTP_PORT ${port} ${busy}.`));
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  log.info({ port: bound }, "serving /health and /metrics");

  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { port: bound, close };
};
