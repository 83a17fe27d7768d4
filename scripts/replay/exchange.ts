// The replay's public face: an exchange that knows only candles which have already closed.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Candle } from "@aibot/kit/candles";
import { formatUnits } from "viem";
import type { Holds } from "./holds.ts";

export type ExchangeParams = {
  candles: Candle[]; // the whole history, oldest first
  released: number; // how many of them have closed so far
  holds: Holds;
  status: () => object;
  settled: () => Promise<void>; // the session under way
};

const price = (value: bigint) => formatUnits(value, 8);

export const createExchange = ({ candles, released: initial, holds, status, settled }: ExchangeParams) => {
  let released = initial;
  const listeners = new Set<ServerResponse>();

  const announce = (response: ServerResponse) => response.write(`data: ${newest().end}\n\n`);
  const newest = (): Candle => candles[released - 1] as Candle; // the seed guarantees one

  const routes: Record<string, (request: IncomingMessage, url: URL, response: ServerResponse) => unknown> = {
    "GET /candles": (_, url) => {
      const since = BigInt(url.searchParams.get("since") ?? "0");
      const limit = Math.min(Number(url.searchParams.get("limit") ?? "500"), 1000);
      const first = candles.findIndex((candle) => candle.start >= since);
      if (first === -1) return [];
      return candles
        .slice(first, Math.min(first + limit, released))
        .map(({ start, open, high, low, close }) => [
          Number(start),
          price(open),
          price(high),
          price(low),
          price(close),
        ]);
    },
    "GET /ticker": () => ({ price: price(newest().close), time: Number(newest().end) }),
    "GET /status": () => status(),
    "GET /events": (request, _, response) => {
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      listeners.add(response);
      request.on("close", () => listeners.delete(response));
      announce(response);
      return undefined;
    },
    "POST /hold": async (request) => {
      const { id, seconds } = JSON.parse(await body(request));
      if (typeof id !== "string" || !(seconds > 0)) return undefined;
      holds.hold(id, seconds);
      await settled();
      return status();
    },
    "DELETE /hold": (_, url) => {
      holds.release(url.searchParams.get("id") ?? "");
      return status();
    },
  };

  const server = createServer(async (request, response) => {
    // The app is served from another port of this machine; the replay holds nothing worth protecting.
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-methods", "GET, POST, DELETE");
    response.setHeader("access-control-allow-headers", "content-type");
    if (request.method === "OPTIONS") return response.writeHead(204).end();
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const route = routes[`${request.method} ${url.pathname}`];
    if (route === undefined) return response.writeHead(404).end();
    try {
      const answer = await route(request, url, response);
      if (response.headersSent) return;
      if (answer === undefined) return response.writeHead(400).end();
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
    } catch {
      // Malformed query or body: the client's mistake, nothing to clean up.
      if (!response.headersSent) response.writeHead(400).end();
    }
  });

  return {
    server,
    /** Makes the next candle visible and tells every listener. */
    release: () => {
      released += 1;
      for (const response of listeners) announce(response);
    },
    close: () => {
      for (const response of listeners) response.end();
      server.close();
    },
  };
};

const body = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > 1024) throw new Error("body too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
};
