// Model blobs, read from the chain and checked against their ids.
import { modelRegistryAbi } from "@aibot/kit/generated/abis";
import { decodeModel, type Model, modelId } from "@aibot/kit/models";
import type { Chain } from "@aibot/kit/node/chain";
import { type Hex, isHash } from "viem";
import type { ProtocolLog } from "./protocol-logs.ts";

/** Models named by `logs` that are not in `known`. */
export const missingModels = (logs: ProtocolLog[], known: ReadonlyMap<Hex, Model>): Hex[] => {
  const named = logs.flatMap((log) => ("model" in log.args && isHash(log.args.model) ? [log.args.model] : []));
  return [...new Set(named)].filter((id) => !known.has(id));
};

/** The models whose blob hashes to its id; a registry that answers with another blob counts as having none. */
export const readModels = async (
  { client, deployment }: Pick<Chain, "client" | "deployment">,
  ids: Hex[],
): Promise<[Hex, Model][]> => {
  const read = (id: Hex) =>
    client.readContract({
      address: deployment.contracts.modelRegistry,
      abi: modelRegistryAbi,
      functionName: "blob",
      args: [id],
    });
  const blobs = await Promise.all(ids.map(async (id) => [id, await read(id)] as const));
  return blobs.filter(([id, blob]) => modelId(blob) === id).map(([id, blob]) => [id, decodeModel(blob)]);
};
