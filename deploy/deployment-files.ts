// What a deployment leaves on disk, beside Ignition's journal.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Deployment, deploymentSchema } from "@aibot/kit/deployment";
import { InputError } from "@aibot/kit/errors";

const deploymentFile = "deployment.json";
const startFile = "start-block.json";

export const readDeployment = (dir: string): Deployment => {
  const path = join(dir, deploymentFile);
  try {
    return deploymentSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    throw new InputError(`${path} is missing or damaged: run the deployment again.`, { cause });
  }
};

export const writeDeployment = (dir: string, deployment: Deployment): void =>
  writeJson(join(dir, deploymentFile), deploymentSchema.parse(deployment));

/** The head before the first transaction of this deployment: remembered, so that a second run answers the same. */
export const startBlock = async (dir: string, head: () => Promise<bigint>): Promise<number> => {
  const path = join(dir, startFile);
  if (existsSync(path)) return JSON.parse(readFileSync(path, "utf8"));

  const block = Number(await head());
  writeJson(path, block);
  return block;
};

// Through a second name, so that a reader never meets half a file.
const writeJson = (path: string, value: unknown): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(`${path}.new`, path);
};
