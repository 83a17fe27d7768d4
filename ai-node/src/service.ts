// `run`: compares every round of every chain, tests the engines, and serves predictions.
import { endpointReasons, loadChains } from "@aibot/kit/node/chain";
import { type Health, runService, type ServiceContext } from "@aibot/kit/node/service";
import type { z } from "zod";
import { runSettings } from "./config.ts";
import { openFactories } from "./engines/factories.ts";
import { checkReference, createInference } from "./engines/inference.ts";
import { type ChainHealth, createComparison } from "./run.ts";

const HELP = "ai-node run: recomputes every published round, tests the engines and serves predictions.";

type Context = ServiceContext<z.output<typeof runSettings>>;

const reasonsOf = ({ chain, isReachable, feeds }: ChainHealth): string[] => [
  ...(isReachable ? [] : [`chain ${chain} cannot be read`]),
  ...feeds
    .filter(({ unequal }) => unequal > 0)
    .map(({ feed, unequal }) => `${unequal} rounds of "${feed}" on chain ${chain} differ from the reference`),
];

const start = async ({ config, log, metrics, signal, onStop }: Context) => {
  checkReference();
  const chains = await loadChains(config.CHAINS, { log, metrics });
  const inference = await createInference({ factories: await openFactories(config.GPU), log, metrics });
  onStop(inference.close);

  const comparisons = chains.map((chain) => createComparison({ chain, inference, log, metrics }));
  if (config.API_PORT !== 0) {
    const { serveApi } = await import("./api/server.ts"); // its libraries take 15 MiB, for those who use them
    const views = () => comparisons.map((comparison) => comparison.view());
    const api = await serveApi({ port: config.API_PORT, views, inference, log, metrics });
    onStop(api.close); // runs before the engines close: what waits is still answered
  }

  const health = (): Health => {
    const states = comparisons.map((comparison) => comparison.health());
    const reasons = [...states.flatMap(reasonsOf), ...chains.flatMap(endpointReasons)];
    return { reasons, chains: states, ...inference.health() };
  };
  log.info({ chains: chains.map(({ id }) => id) }, "comparing every round with the reference");
  return { health, running: Promise.all(comparisons.map((comparison) => comparison.follow(signal))) };
};

export const runAiNode = (): Promise<void> => runService({ name: "ai-node", help: HELP, settings: runSettings, start });
