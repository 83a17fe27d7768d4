// The ports of a run, all on 127.0.0.1, counted from the first one.
import { createServer } from "node:net";
import { InputError } from "@aibot/kit/errors";

export const oracleNodes = 4;

export type Ports = {
  app: number;
  graphql: number;
  replay: number;
  database: number;
  chains: number[];
  oracle: number[]; // WebSockets between the nodes
  inference: number; // the ai-node's API
  status: { aiNode: number; keeper: number; oracle: number[]; indexers: number[] }; // /health and /metrics
};

export const portsFrom = (first: number, chains: number): Ports => {
  let next = first;
  const take = () => next++;
  const many = (count: number) => Array.from({ length: count }, take);
  return {
    app: take(),
    graphql: take(),
    replay: take(),
    database: take(),
    chains: many(chains),
    oracle: many(oracleNodes),
    inference: take(),
    status: { aiNode: take(), keeper: take(), oracle: many(oracleNodes), indexers: many(chains) },
  };
};

/** Throws a sentence that names the first port another program uses. */
export const checkPorts = async (ports: Ports): Promise<void> => {
  const named: [string, number][] = [
    ["app", ports.app],
    ["GraphQL", ports.graphql],
    ["replay", ports.replay],
    ["database", ports.database],
    ...ports.chains.map((port): [string, number] => ["chain", port]),
    ...ports.oracle.map((port): [string, number] => ["oracle node", port]),
    ["inference API", ports.inference],
    ["ai-node status", ports.status.aiNode],
    ["keeper status", ports.status.keeper],
    ...ports.status.oracle.map((port): [string, number] => ["oracle status", port]),
    ...ports.status.indexers.map((port): [string, number] => ["indexer status", port]),
  ];
  for (const [name, port] of named) {
    if (!(await isFree(port))) {
      throw new InputError(
        `Port ${port} (${name}) is in use: stop the program that uses it or choose others with --port <first port>.`,
      );
    }
  }
};

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
