// The compiled contracts that are deployed: what lies under contracts/ and is no test, library, demonstration or bench.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Layout } from "./storage.ts";

export type Deployed = { name: string; bytes: number; layout: Layout };

const artifactFile = /^(?!demo\/|bench\/).*(?<!\.t)\.sol\/\w+\.json$/;
const noContract = /^0x(730{40}30|$)/; // a library begins with room for its own address; the rest has no code

type Artifact = { contractName: string; inputSourceName: string; buildInfoId: string; deployedBytecode: string };
type BuildInfo = { output: { contracts: Record<string, Record<string, { storageLayout: Layout }>> } };

/** Read from the artifacts, by name. */
export const readDeployed = (root: string): Deployed[] => {
  const folder = join(root, "artifacts");
  const infos = new Map<string, BuildInfo>();
  const infoOf = (id: string): BuildInfo => {
    const info = infos.get(id) ?? readBuildInfo(join(folder, "build-info", `${id}.output.json`));
    infos.set(id, info);
    return info;
  };
  return readdirSync(join(folder, "contracts"), { recursive: true, encoding: "utf8" })
    .filter((file) => artifactFile.test(file))
    .map((file): Artifact => JSON.parse(readFileSync(join(folder, "contracts", file), "utf8")))
    .filter(({ deployedBytecode }) => !noContract.test(deployedBytecode))
    .map(({ contractName, inputSourceName, buildInfoId, deployedBytecode }) => {
      const layout = infoOf(buildInfoId).output.contracts[inputSourceName]?.[contractName]?.storageLayout;
      if (layout === undefined) throw new Error(`${contractName} has no storage layout in build ${buildInfoId}`);
      return { name: contractName, bytes: deployedBytecode.length / 2 - 1, layout };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
};

const readBuildInfo = (path: string): BuildInfo => JSON.parse(readFileSync(path, "utf8"));
