// The exchange API over a list of candles, for tests: a candle is served once it has been closed.
import type { ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Candle } from "@aibot/kit/candles";
import { priceText } from "@aibot/kit/candles";
import type { Ticker } from "./source.ts";

export type LocalExchange = {
  url: string;
  close: (candle: Candle) => void;
  trade: (ticker: Ticker) => void;
  dropEvents: () => void; // as a lost connection does
  stop: () => Promise<void>;
};

export const startExchange = async (first: Ticker): Promise<LocalExchange> => {
  const candles: Candle[] = [];
  const listeners = new Set<ServerResponse>();
  let ticker = first;

  const tell = (listener: ServerResponse): boolean => listener.write(`data: ${candles.at(-1)?.end ?? 0n}\n\n`);
  const rows = (query: URLSearchParams): unknown[] =>
    candles
      .filter(({ start }) => start >= BigInt(query.get("since") ?? 0))
      .slice(0, Number(query.get("limit")))
      .map(({ start, open, high, low, close }) => [Number(start), ...[open, high, low, close].map(priceText)]);

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    if (pathname === "/events") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      listeners.add(response.on("close", () => listeners.delete(response)));
      return tell(response);
    }
    const answer =
      pathname === "/candles" ? rows(searchParams) : { price: priceText(ticker.price), time: Number(ticker.time) };
    return response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: (candle) => {
      candles.push(candle);
      ticker = { price: candle.close, time: candle.end };
      for (const listener of listeners) tell(listener);
    },
    trade: (next) => {
      ticker = next;
    },
    dropEvents: () => {
      for (const listener of listeners) listener.destroy();
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
