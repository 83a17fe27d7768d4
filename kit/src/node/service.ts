// The one way to run a service: settings in, /health and /metrics out, and an exit code that a supervisor understands.
import type { z } from "zod";
import { parseEnv, type serviceSettings } from "./env.ts";
import { serveStatus } from "./http.ts";
import { createLog, type Logger } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { redact } from "./redact.ts";
import { createShutdown, run, type Shutdown } from "./shutdown.ts";

/** Why the service is not healthy, a sentence each, empty when it is; and whatever helps to understand it. */
export type Health = { reasons: string[]; [detail: string]: unknown };

/** The settings without which there is no service; the others are its own affair. */
type ShellShape = Pick<typeof serviceSettings, "LOG_LEVEL" | "HTTP_PORT" | "EXIT_WITH_PARENT">;
type ServiceSettings = z.ZodObject & { shape: ShellShape };

export type ServiceContext<Config> = Shutdown & { config: Config; log: Logger; metrics: Metrics };

export type Started = {
  health: () => Health;
  /** Work that goes on until the signal; its failure ends the process as a failure to start would. */
  running?: Promise<unknown>;
};

export type ServiceParams<Settings extends ServiceSettings> = {
  name: string;
  /** Tells processes of the same service apart in logs: `oracle-2`. */
  instance?: (config: z.output<Settings>) => string;
  help: string;
  settings: Settings;
  start: (context: ServiceContext<z.output<Settings>>) => Promise<Started>;
};

type ShellConfig = z.output<z.ZodObject<ShellShape>>;

/**
 * Runs a service until it is told to stop. A sentence for a person (`InputError`) ends it with 1, do not restart;
 * anything unforeseen with 75, restart; SIGTERM and SIGINT with 0, within 5 s. /health answers 503 with the reasons
 * from the first moment, so that whoever waits for the service sees what it waits for.
 */
export const runService = <Settings extends ServiceSettings>(params: ServiceParams<Settings>): Promise<void> =>
  run(params.name, async () => {
    const config = parseEnv(params.settings, process.env, params.help);
    const { LOG_LEVEL: level, HTTP_PORT: port, EXIT_WITH_PARENT: exitWithParent } = config as ShellConfig;
    const name = params.instance?.(config) ?? params.name;
    const log = createLog(name, level);
    const shutdown = createShutdown({ log, exitWithParent });
    log.info({ settings: redact(config) }, "settings");

    const metrics = createMetrics();
    let current = (): Health => ({ reasons: ["starting"] });
    const health = () => {
      const { reasons, ...details } = current();
      const all = shutdown.signal.aborted ? ["stopping", ...reasons] : reasons;
      return { ok: all.length === 0, reasons: all, service: name, ...details };
    };
    const server = await serveStatus({ port, health, metrics: metrics.text, log });
    shutdown.onStop(server.close);

    try {
      const { health: healthWhenStarted, running } = await params.start({ ...shutdown, config, log, metrics });
      current = healthWhenStarted;
      log.info("started");
      await running;
    } catch (error) {
      if (!shutdown.signal.aborted) throw error; // otherwise the stop itself called it off
    }
  });
