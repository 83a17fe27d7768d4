import { runService } from "@aibot/kit/node/service";
import { buildApp } from "./build.ts";
import { settings } from "./config.ts";
import { serveApp } from "./serve.ts";

await runService({
  name: "app",
  help: "Serves the built app on 127.0.0.1.",
  settings,
  start: async ({ config, log, onStop }) => {
    const { dist, isNew } = await buildApp();
    const server = await serveApp({ dist, config: config.CONFIG, port: config.PORT, services: config.SERVICES });
    onStop(server.close);
    const url = `http://127.0.0.1:${server.port}`;
    log.info({ url, built: isNew }, "serving");
    return { health: () => ({ reasons: [], url }) };
  },
});
