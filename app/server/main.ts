import { createLog } from "@aibot/kit/node/log";
import { createShutdown, run } from "@aibot/kit/node/shutdown";
import { buildApp } from "./build.ts";
import { parseConfig } from "./config.ts";
import { serveApp } from "./serve.ts";

await run("app", async () => {
  const config = parseConfig(process.env);
  const log = createLog("app", config.LOG_LEVEL);
  const shutdown = createShutdown({ log, exitWithParent: config.EXIT_WITH_PARENT });

  const { dist, isNew } = await buildApp();
  const server = await serveApp({ dist, config: config.CONFIG, port: config.PORT });
  shutdown.onStop(server.close);
  log.info({ url: `http://127.0.0.1:${server.port}`, built: isNew }, "serving");
});
