// The command line of `npm start`.
import { isAbsolute, join } from "node:path";
import { parsePeriod } from "@aibot/kit/candles";
import { InputError } from "@aibot/kit/errors";
import { readArguments } from "../arguments.ts";

export type Options = {
  data: DataOption;
  period: number; // seconds a candle
  from: bigint | undefined; // unix seconds; undefined: the data set's own default
  speed: number; // periods per second; Infinity: as fast as the services follow
  chains: number;
  rpc: string | undefined; // an endpoint of the first chain that the services ask before the local one
  rounds: number | undefined; // stop or pause after so many periods
  exit: boolean;
  json: boolean;
  reset: boolean;
  port: number; // first of the ports used
  state: string; // folder of everything that survives a run
};

export type DataOption =
  | { kind: "default" }
  | { kind: "csv"; path: string }
  | { kind: "live"; exchange: string; symbol: string };

export const usage = `npm start -- [options]

  --data <file.csv>             candles with columns time or date, open, high, low, close
  --data live:<exchange>:<sym>  candles of an exchange, e.g. live:kraken:BTC/USD
                                (default: S&P 500, daily, 2000 to 2020)
  --period <n>d|h|m             length of a candle (default 1d)
  --from <YYYY-MM-DD>           first candle of the replay; everything before it is for training and seed
  --speed <n>                   periods per second (default 1; with --exit as fast as possible)
  --chains <n>                  local chains to run on (default 1)
  --rpc <url>                   endpoint of the first chain that services ask before the local one, to see them fail over
  --rounds <n>                  pause, or with --exit stop, after n periods
  --exit                        stop after --rounds, exit code 0 if all is well
  --json                        one JSON line a period, or with --exit one at the end, on standard output
  --reset                       forget the state of earlier runs
  --port <n>                    first port to use (default 4700)
  --state <folder>              where state is kept (default .state)
  --help                        print this

While it runs: space pauses and resumes, Ctrl-C stops.`;

const definitions = {
  data: { type: "string" },
  period: { type: "string" },
  from: { type: "string" },
  speed: { type: "string" },
  chains: { type: "string" },
  rpc: { type: "string" },
  rounds: { type: "string" },
  exit: { type: "boolean" },
  json: { type: "boolean" },
  reset: { type: "boolean" },
  port: { type: "string" },
  state: { type: "string" },
  help: { type: "boolean" },
} as const;

/** Parses the arguments; `undefined` when only help was asked for. Paths are taken relative to `cwd`. */
export const parseOptions = (args: string[], cwd: string): Options | undefined => {
  const values = readArguments({ args, options: definitions }, "npm start -- --help").values;
  if (values.help) return undefined;
  const rounds = values.rounds === undefined ? undefined : whole("--rounds", values.rounds, 1, 1_000_000);
  const exit = values.exit ?? false;
  if (exit && rounds === undefined) {
    throw new InputError("--exit needs --rounds <n>: say after how many periods to stop.");
  }
  return {
    data: dataOption(values.data, cwd),
    period: values.period === undefined ? 86_400 : period(values.period),
    from: values.from === undefined ? undefined : date(values.from),
    speed: values.speed === undefined ? (exit ? Number.POSITIVE_INFINITY : 1) : speed(values.speed),
    chains: values.chains === undefined ? 1 : whole("--chains", values.chains, 1, 8),
    rpc: values.rpc === undefined ? undefined : httpUrl("--rpc", values.rpc),
    rounds,
    exit,
    json: values.json ?? false,
    reset: values.reset ?? false,
    port: values.port === undefined ? 4700 : whole("--port", values.port, 1024, 65_000),
    state: absolute(values.state ?? ".state", cwd),
  };
};

const absolute = (path: string, cwd: string) => (isAbsolute(path) ? path : join(cwd, path));

const dataOption = (text: string | undefined, cwd: string): DataOption => {
  if (text === undefined) return { kind: "default" };
  if (!text.startsWith("live:")) return { kind: "csv", path: absolute(text, cwd) };
  const [, exchange, ...symbol] = text.split(":");
  if (!exchange || symbol.length === 0 || symbol[0] === "") {
    throw new InputError(
      `--data ${text} is incomplete: write live:<exchange>:<symbol>, for example live:kraken:BTC/USD.`,
    );
  }
  return { kind: "live", exchange, symbol: symbol.join(":") };
};

const shortestPeriod = 900; // seconds; markets count at most 65,535 periods a year

const period = (text: string): number => {
  const seconds = parsePeriod(text);
  if (seconds === undefined || seconds < shortestPeriod) {
    throw new InputError(`--period ${text} is not a period: write for example 1d, 4h or 15m, which is the shortest.`);
  }
  return seconds;
};

const date = (text: string): bigint => {
  const milliseconds = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(milliseconds)) throw new InputError(`--from ${text} is not a date: write it as YYYY-MM-DD.`);
  return BigInt(milliseconds / 1000);
};

const speed = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InputError(`--speed ${text} is not a number above 0: give the periods per second.`);
  return value;
};

const httpUrl = (name: string, text: string): string => {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InputError(`${name} ${text} is not a URL: write for example http://127.0.0.1:8545.`);
};

const whole = (name: string, text: string, min: number, max: number): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new InputError(`${name} ${text} is out of range: give a whole number from ${min} to ${max}.`);
  }
  return value;
};
