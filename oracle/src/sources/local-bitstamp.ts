// An HTTP server that speaks as much of Bitstamp's REST interface as the source asks for, with every fault; for tests.
import type { ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type OhlcRow = { timestamp: string; open: string; high: string; low: string; close: string; volume: string };
export type Question = "ohlc" | "ticker" | "markets";

/** Answers in the exchange's place; what it returns is sent as JSON, unless it has answered by itself. */
export type Fault = (response: ServerResponse, content: () => unknown) => unknown;

export type LocalBitstamp = {
  api: string;
  asked: Question[];
  setTime: (unixSeconds: number) => void;
  setRows: (rows: OhlcRow[]) => void; // in the order of the answer
  /** The next answer to that question goes wrong; several in a row one after the other. */
  failNext: (question: Question, fault: Fault) => void;
  stop: () => void;
};

const market = {
  ...{ name: "BTC/USD", market_symbol: "btcusd", market_type: "SPOT", trading: "Enabled" },
  ...{ base_currency: "BTC", base_decimals: 8, counter_currency: "USD", counter_decimals: 0 },
  ...{ minimum_order_value: "10", description: "Bitcoin / U.S. dollar" },
};

export const startBitstamp = async (): Promise<LocalBitstamp> => {
  const asked: Question[] = [];
  const faults = new Map<Question, Fault[]>();
  let time = 0;
  let rows: OhlcRow[] = [];

  const ohlc = (query: URLSearchParams): unknown => {
    const [start, end] = [Number(query.get("start") ?? 0), Number(query.get("end") ?? Number.POSITIVE_INFINITY)];
    const within = rows.filter(({ timestamp }) => Number(timestamp) >= start && Number(timestamp) <= end);
    return { data: { pair: "BTC/USD", ohlc: within.slice(0, Number(query.get("limit"))) } };
  };

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const question = pathname.split("/")[3] as Question;
    asked.push(question);
    const content = (): unknown => {
      if (question === "ohlc") return ohlc(searchParams);
      return question === "ticker" ? { last: rows.at(-1)?.close ?? "37000", timestamp: String(time) } : [market];
    };
    response.setHeader("content-type", "application/json");
    const answer = (faults.get(question)?.shift() ?? ((_, normal) => normal()))(response, content);
    if (answer !== undefined) response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    api: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
    asked,
    setTime: (unixSeconds) => {
      time = unixSeconds;
    },
    setRows: (next) => {
      rows = next;
    },
    failNext: (question, fault) => {
      faults.set(question, [...(faults.get(question) ?? []), fault]);
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
