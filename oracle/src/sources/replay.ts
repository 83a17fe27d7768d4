// An exchange over HTTP: GET /candles, GET /ticker, and server-sent events when a candle has closed.
import { setTimeout as sleep } from "node:timers/promises";
import { InputError, rootMessage } from "@aibot/kit/errors";
import { z } from "zod";
import type { Source, Ticker } from "./source.ts";
import { SourceError, sourceCandle, sourcePrice } from "./source.ts";

export type ReplayParams = { url: string; period: number; signal: AbortSignal };

const TIMEOUT_MS = 5_000;
const FIRST_BACKOFF_MS = 100;
const LAST_BACKOFF_MS = 5_000;

const time = z.number().int().positive().transform(BigInt);
const tickerAnswer = z.object({ price: z.string(), time });
const candlesAnswer = z.array(z.tuple([time, z.string(), z.string(), z.string(), z.string()]));

/** Connects once, so that a wrong address is a sentence at start and not a silence later. */
export const openReplay = async ({ url, period, signal }: ReplayParams): Promise<Source> => {
  const base = parseUrl(url);
  const name = `replay ${base.host}`;

  const get = async <T>(path: string, answer: z.ZodType<T>, stop: AbortSignal): Promise<T> => {
    const response = await fetch(new URL(path, base), {
      signal: AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (!response.ok) throw new SourceError("failing", `${name} answered ${path} with status ${response.status}`);
    const parsed = answer.safeParse(parseJson(await response.text()));
    if (!parsed.success) throw new SourceError("unreadable", `${name} answered ${path} in a form it should not have`);
    return parsed.data;
  };

  const ticker = async (stop: AbortSignal): Promise<Ticker> => {
    const answer = await get("/ticker", tickerAnswer, stop);
    return { price: sourcePrice(name, answer.price), time: answer.time };
  };

  await ticker(signal).catch((error: unknown) => {
    if (error instanceof SourceError) throw new InputError(`SOURCE=replay:${url} does not work: ${error.message}.`);
    const reason = rootMessage(error);
    throw new InputError(`SOURCE=replay:${url} cannot be reached (${reason}): start it or correct the address.`);
  });

  return {
    name,
    ticker,
    candles: async ({ since, limit, signal: stop }) => {
      const rows = await get(`/candles?since=${since}&limit=${limit}`, candlesAnswer, stop);
      return rows.map((row) => sourceCandle(name, row, period));
    },
    changes: (stop) => events(new URL("/events", base), stop),
  };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // cut off, or no JSON at all
  }
};

const parseUrl = (url: string): URL => {
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return new URL(url);
  throw new InputError(`SOURCE=replay:${url} is no address: use for example replay:http://127.0.0.1:8600.`);
};

/** One item for each event, and one for each lost connection, behind which events may hide. */
async function* events(url: URL, signal: AbortSignal): AsyncGenerator<void> {
  let backoff = FIRST_BACKOFF_MS;
  while (!signal.aborted) {
    try {
      const response = await fetch(url, { headers: { accept: "text/event-stream" }, signal });
      if (!response.ok || response.body === null) throw new SourceError("failing", `${url.host} has no events`);
      for await (const chunk of response.body) {
        backoff = FIRST_BACKOFF_MS;
        if (Buffer.from(chunk).includes("data:")) yield; // what has closed is asked for, so a split event does no harm
      }
    } catch {
      // Lost or refused: candles and ticker report why, this only has to come back.
    }
    if (signal.aborted) return;
    yield;
    await sleep(backoff, undefined, { signal }).catch(() => {});
    backoff = Math.min(2 * backoff, LAST_BACKOFF_MS);
  }
}
