// What a module would deploy, said before anything is sent.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type IgnitionModule, isDeploymentFuture } from "@nomicfoundation/ignition-core";

/** Addresses by future id, as Ignition keeps them beside its journal. */
export const deployedAddresses = (stateDir: string): Record<string, string> => {
  const path = join(stateDir, "deployed_addresses.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
};

/** One line for each module that lacks contracts, naming them. */
export const planLines = (module: IgnitionModule, deployed: Record<string, string>): string[] =>
  [...withSubmodules(module)].flatMap(({ id, futures }) => {
    const missing = [...futures].filter((future) => isDeploymentFuture(future) && deployed[future.id] === undefined);
    if (missing.length === 0) return [];
    return [`${id}: to deploy ${missing.map((future) => future.id.slice(id.length + 1)).join(", ")}`];
  });

// A set, since several modules may use one.
const withSubmodules = (module: IgnitionModule): Set<IgnitionModule> =>
  new Set([...[...module.submodules].flatMap((submodule) => [...withSubmodules(submodule)]), module]);
