// The command of an operator who deploys to a chain that others use. README.md has the runbook.
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { parseCandlesCsv } from "@aibot/kit/candles";
import { InputError } from "@aibot/kit/errors";
import { run } from "@aibot/kit/node/shutdown";
import type { Hex } from "viem";
import { readInput, readModelFile } from "../ai-node/src/model-file.ts";
import { connect } from "./connection.ts";
import { deploy } from "./deploy.ts";
import { readDeployment } from "./deployment-files.ts";
import { handOver } from "./hand-over.ts";
import { readParams } from "./params.ts";
import { seedMarket } from "./seed-market.ts";
import { verify } from "./verify.ts";

const help = `node deploy/main.ts <step> --params <file> --dir <folder> [--model <file>] [--candles <file>]

Steps, in order; each does only what is missing:
  deploy     contracts, roles, market, feed (--model), vault
  seed       historical candles (--candles, a CSV)
  hand-over  the governor of the parameters takes over from the deployer
  verify     reads everything back and prints who may do what

Environment: RPC_URL, a node of the chain; PRIVATE_KEY, of the deployer.`;

const log = (line: string): void => void process.stdout.write(`${line}\n`);

const readArguments = () => {
  try {
    const text = { type: "string" } as const;
    return parseArgs({
      allowPositionals: true,
      options: { params: text, dir: text, model: text, candles: text, help: { type: "boolean", default: false } },
    });
  } catch (error) {
    throw new InputError(`${error instanceof Error ? error.message : error} See --help.`);
  }
};

const setting = (name: string, pattern: RegExp, expected: string): string => {
  const value = process.env[name] ?? "";
  if (!pattern.test(value)) throw new InputError(`${name} is not ${expected}: set it in the environment. See --help.`);
  return value;
};

const required = (value: string | undefined, name: string): string => {
  if (value === undefined) throw new InputError(`--${name} is missing: name a file or folder. See --help.`);
  return value;
};

await run("deploy", async () => {
  const { positionals, values } = readArguments();
  if (values.help) return log(help);
  const [step] = positionals;
  const rpc = setting("RPC_URL", /^https?:\/\//, "an http:// or https:// address");
  const deployerKey = setting("PRIVATE_KEY", /^0x[0-9a-fA-F]{64}$/, "0x and 64 hex digits") as Hex;
  const params = readParams(required(values.params, "params"));
  const dir = required(values.dir, "dir");

  switch (step) {
    case "deploy": {
      const model = readModelFile(required(values.model, "model"));
      await deploy({ rpc, deployerKey, params, model, deploymentDir: dir, log });
      return;
    }
    case "seed": {
      const path = required(values.candles, "candles");
      const text = readInput(path).toString("utf8");
      const candles = parseCandlesCsv({ text, name: basename(path), period: params.market.period });
      const deployment = readDeployment(dir);
      return seedMarket({ rpc, governorKey: deployerKey, deployment, market: params.market.id, candles, log });
    }
    case "hand-over":
      return handOver({ rpc, deployerKey, deployment: readDeployment(dir), params, log });
    case "verify": {
      const client = await connect({ rpc, key: deployerKey, chainId: params.chainId });
      await verify({ client, deployment: readDeployment(dir), params, log });
      return;
    }
    default:
      throw new InputError(`"${step ?? ""}" is no step: use deploy, seed, hand-over or verify. See --help.`);
  }
});
