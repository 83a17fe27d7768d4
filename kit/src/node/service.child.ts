// A service for service.test.ts: what it does after its start is said by BEHAVIOUR.
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { InputError } from "../errors.ts";
import { privateKey, serviceSettings } from "./env.ts";
import { runService } from "./service.ts";

const behaviours = ["serve", "refuse", "crash", "crash later", "crash running", "busy", "start slowly", "run"] as const;

/** What a loop does that is called off: it rejects. */
const untilAborted = (signal: AbortSignal) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

await runService({
  name: "child",
  instance: ({ INDEX }) => `child-${INDEX}`,
  help: "Does what a test needs.",
  settings: z.object({
    ...serviceSettings,
    PRIVATE_KEY: privateKey.describe("signs nothing"),
    DB_URL: z.string().optional().describe("database"),
    INDEX: z.coerce.number().default(0).describe("which child"),
    BEHAVIOUR: z.enum(behaviours).default("serve").describe(behaviours.join(", ")),
  }),
  start: async ({ config, log, metrics, signal, onStop }) => {
    const started = metrics.counter("child_started_total", "Starts.");
    const reasons: string[] = [];
    const timer = setInterval(() => {}, 60_000); // something to live for
    signal.addEventListener("abort", () => clearInterval(timer));
    process.on("SIGUSR2", () => reasons.push("chain 1 does not answer"));
    onStop(() => log.info("closed"));
    switch (config.BEHAVIOUR) {
      case "refuse":
        throw new InputError("X=1 is wrong; say 2.");
      case "crash":
        throw new Error("lost");
      case "crash later":
        setTimeout(() => Promise.reject(new Error("lost later")), 1);
        break;
      case "crash running":
        return { health: () => ({ reasons }), running: Promise.reject(new InputError("Block 7 is gone; reset.")) };
      case "busy":
        onStop(() => new Promise(() => {})); // never done
        break;
      case "start slowly":
        onStop(() => sleep(50));
        await Promise.race([once(process, "SIGHUP"), untilAborted(signal)]);
        break;
      case "run":
        onStop(() => sleep(50)); // time for the failure below to be noticed
        return { health: () => ({ reasons }), running: untilAborted(signal) };
      case "serve":
    }
    started.inc();
    return { health: () => ({ reasons, block: 7n }) };
  },
});
