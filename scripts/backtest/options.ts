// The command line of `npm run replay`.
import { isAbsolute, join } from "node:path";
import { InputError } from "@aibot/kit/errors";
import { readArguments } from "../arguments.ts";

export type Options = {
  from: bigint | undefined; // unix seconds, first session played; undefined: the data's own default
  until: bigint | undefined; // unix seconds, no session that starts later is played
  costBps: number; // of the keeper's cover
  plot: string | undefined; // file to write
  json: boolean;
};

export const usage = `npm run replay -- [options]

  --from <YYYY-MM-DD>   first session to play (default 2007-01-03); everything before it trains and seeds
  --until <YYYY-MM-DD>  last session to play (default: all there are)
  --cost <bps>          what the keeper's cover costs: it fills once the auction pays that (default 5, the pool's fee)
  --plot <file.svg>     draw what happened
  --json                end with one JSON line instead of a table
  --help                print this`;

const POOL_FEE_BPS = 5;
const MAX_COST_BPS = 1_000; // no mandate pays more

const definitions = {
  from: { type: "string" },
  until: { type: "string" },
  cost: { type: "string" },
  plot: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

/** Parses the arguments; `undefined` when only help was asked for. Paths are taken relative to `cwd`. */
export const parseOptions = (args: string[], cwd: string): Options | undefined => {
  const values = readArguments({ args, options: definitions }, "npm run replay -- --help").values;
  if (values.help) return undefined;
  const { plot } = values;
  return {
    from: date("--from", values.from),
    until: date("--until", values.until),
    costBps: values.cost === undefined ? POOL_FEE_BPS : cost(values.cost),
    plot: plot === undefined || isAbsolute(plot) ? plot : join(cwd, plot),
    json: values.json ?? false,
  };
};

const date = (name: string, text: string | undefined): bigint | undefined => {
  if (text === undefined) return undefined;
  const milliseconds = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(milliseconds)) throw new InputError(`${name} ${text} is not a date: write it as YYYY-MM-DD.`);
  return BigInt(milliseconds / 1000);
};

const cost = (text: string): number => {
  const value = Number(text);
  if (text.trim() !== "" && Number.isInteger(value) && value >= 0 && value <= MAX_COST_BPS) return value;
  throw new InputError(`--cost ${text} is out of range: give whole basis points from 0 to ${MAX_COST_BPS}.`);
};
