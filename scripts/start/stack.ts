// Everything a run consists of, started in order and stopped in reverse.
import { join } from "node:path";
import type { Candle } from "@aibot/kit/candles";
import type { ChainSettings } from "@aibot/kit/node/chain";
import { localAccounts } from "../../deploy/local-accounts.ts";
import { writeJson } from "../json.ts";
import type { ReplayConfig } from "../replay/config.ts";
import { type LocalChain, startAnvil } from "./anvil.ts";
import { oracleNodes, type Ports } from "./ports.ts";
import type { Processes } from "./processes.ts";
import type { State } from "./state.ts";

const root = join(import.meta.dirname, "../..");
const host = "127.0.0.1";
const firstChainId = 31_337;

export const chainsOf = (ports: Ports, state: State): LocalChain[] =>
  ports.chains.map((port, index) => ({
    id: firstChainId + index,
    rpc: `http://${host}:${port}`,
    ws: `ws://${host}:${port}`,
    dir: state.chainDir(firstChainId + index),
    port,
  }));

export const deploymentFile = (chain: LocalChain) => join(chain.dir, "deployment.json");

export const urlsOf = (ports: Pick<Ports, "app" | "graphql" | "replay" | "inference">) => ({
  app: `http://${host}:${ports.app}`,
  graphql: `http://${host}:${ports.graphql}/graphql`,
  replay: `http://${host}:${ports.replay}`,
  inference: `http://${host}:${ports.inference}`,
});

/** A program of this project: its heap is bounded, so that a leak shows as a restart and not as a slow machine. */
const service = (name: string, [entry = "", ...args]: string[], env: Record<string, string>, heapMiB = 192) => ({
  name,
  command: process.execPath,
  args: [
    "--disable-warning=ExperimentalWarning",
    "--max-semi-space-size=1",
    `--max-old-space-size=${heapMiB}`,
    join(root, entry),
    ...args,
  ],
  env,
  restart: true,
});

type StartServicesParams = {
  processes: Processes;
  ports: Ports;
  state: State;
  chains: LocalChain[];
  databaseUrl: string;
  source: string; // SOURCE of the oracle nodes
  rpc: string | undefined; // an endpoint of the first chain to ask before the local one
};

export const chainSettings = (chains: LocalChain[]): ChainSettings[] =>
  chains.map((chain) => ({ id: chain.id, rpc: chain.rpc, ws: chain.ws, deployment: deploymentFile(chain) }));

/** As the services get them: with `rpc` as the primary endpoint of the first chain. */
const serviceChains = (chains: LocalChain[], rpc: string | undefined): ChainSettings[] =>
  chainSettings(chains).map((settings, index) =>
    rpc === undefined || index > 0
      ? settings
      : { ...settings, rpc: [rpc, chains[0]?.rpc ?? ""], ws: [rpc.replace(/^http/, "ws"), chains[0]?.ws ?? ""] },
  );

/** One folder a program: a journal has one owner. */
export const journalsDir = (state: State) => join(state.dir, "journals");

/** Starts indexers, GraphQL, oracle nodes, ai-node, keeper and app; each waits by itself for what it needs. */
export const startServices = (params: StartServicesParams) => {
  const { processes, ports, state, chains, databaseUrl, source } = params;
  const accounts = localAccounts();
  const settings = serviceChains(chains, params.rpc);
  const common = { CHAINS: JSON.stringify(settings), LOG_LEVEL: "info" };
  const journal = (name: string) => ({ STATE_DIR: join(journalsDir(state), name) });
  for (const [index, chain] of chains.entries()) {
    processes.start(
      service(`indexer-${chain.id}`, ["indexer/src/main.ts"], {
        ...common,
        CHAINS: JSON.stringify([settings[index]]),
        DB_URL: databaseUrl,
        HTTP_PORT: String(ports.status.indexers[index]),
      }),
    );
  }
  processes.start(service("graphql", ["indexer/src/server.ts"], { DB_URL: databaseUrl, PORT: String(ports.graphql) }));
  const peers = accounts.signers.map(({ address }, index) => ({ address, url: `ws://${host}:${ports.oracle[index]}` }));
  for (let index = 0; index < oracleNodes; index += 1) {
    processes.start(
      service(`oracle-${index}`, ["oracle/src/main.ts"], {
        ...common,
        ...journal(`oracle-${index}`),
        NODE_INDEX: String(index),
        PEERS: JSON.stringify(peers),
        LISTEN_PORT: String(ports.oracle[index]),
        SOURCE: source,
        PRIVATE_KEY: accounts.signers[index]?.privateKey ?? "",
        HTTP_PORT: String(ports.status.oracle[index]),
      }),
    );
  }
  processes.start(
    service("ai-node", ["ai-node/src/main.ts", "run"], {
      ...common,
      HTTP_PORT: String(ports.status.aiNode),
      API_PORT: String(ports.inference),
    }),
  );
  processes.start(
    service("keeper", ["keepers/src/main.ts"], {
      ...common,
      ...journal("keeper"),
      PRIVATE_KEY: accounts.keeper.privateKey,
      HTTP_PORT: String(ports.status.keeper),
    }),
  );
};

/** Where each service says how it is; the app's server asks, never a browser. */
const healthSettings = (ports: Ports, chains: LocalChain[]) => {
  const at = (port: number | undefined) => `http://${host}:${port}/health`;
  return [
    ...ports.status.oracle.map((port, index) => ({ name: `oracle-${index}`, kind: "oracle", url: at(port) })),
    { name: "ai-node", kind: "ai-node", url: at(ports.status.aiNode) },
    { name: "keeper", kind: "keeper", url: at(ports.status.keeper) },
    ...chains.map(({ id }, index) => ({
      name: `indexer-${id}`,
      kind: "indexer",
      url: at(ports.status.indexers[index]),
    })),
    { name: "graphql", kind: "graphql", url: at(ports.graphql) },
  ];
};

type StartAppParams = Pick<StartServicesParams, "processes" | "ports" | "chains"> & {
  replay: boolean;
  deployments: object[];
};

export const startApp = ({ processes, ports, chains, replay, deployments }: StartAppParams) => {
  const urls = urlsOf(ports);
  const config = {
    chains: chains.map(({ id, rpc }, index) => ({ id, rpc, deployment: deployments[index] })),
    graphql: urls.graphql,
    ...(replay && { replay: urls.replay }),
    demoKey: localAccounts().wallet.privateKey,
  };
  processes.start(
    service("app", ["app/server/main.ts"], {
      PORT: String(ports.app),
      CONFIG: JSON.stringify(config),
      SERVICES: JSON.stringify(healthSettings(ports, chains)),
    }),
  );
};

type StartReplayParams = Pick<StartServicesParams, "processes" | "ports" | "state" | "chains"> & {
  candles: Candle[];
  first: number;
  speed: number;
  rounds: number | undefined;
  onMessage: (message: unknown) => void;
};

export const startReplay = ({
  processes,
  ports,
  state,
  chains,
  candles,
  first,
  speed,
  rounds,
  onMessage,
}: StartReplayParams) => {
  const file = join(state.dir, "replay.json");
  const config: ReplayConfig = {
    chains: chainSettings(chains),
    graphql: urlsOf(ports).graphql,
    port: ports.replay,
    speed: Number.isFinite(speed) ? speed : null,
    rounds: rounds ?? null,
    first,
    candles,
  };
  writeJson(file, config);
  const program = service("replay", ["scripts/replay/main.ts"], {});
  return processes.start({ ...program, args: [...program.args, file], restart: false, messages: onMessage });
};

type StartChainsParams = { processes: Processes; chains: LocalChain[]; genesis: bigint | undefined };

export const startChains = ({ processes, chains, genesis }: StartChainsParams) =>
  Promise.all(chains.map((chain) => startAnvil({ processes, chain, genesis })));
