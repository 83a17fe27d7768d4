import { createLog } from "@aibot/kit/node/log";
import { createShutdown, run } from "@aibot/kit/node/shutdown";
import { Pool } from "pg";
import { parseServerConfig } from "./config.ts";
import { serveGraphql } from "./graphql.ts";
import { prepareTables } from "./tables.ts";

await run("graphql", async () => {
  const config = parseServerConfig(process.env);
  const log = createLog("graphql", config.LOG_LEVEL);
  const { onStop, signal } = createShutdown({ log, exitWithParent: config.EXIT_WITH_PARENT });

  const pool = new Pool({ connectionString: config.DB_URL, max: 1 });
  await prepareTables(pool);
  await pool.end();

  const onLost = (error: Error) => {
    if (!signal.aborted) throw error; // ends the process with the code for a restart
  };
  const server = await serveGraphql({ dbUrl: config.DB_URL, port: config.PORT, playground: config.PLAYGROUND, onLost });
  onStop(server.close);
  log.info({ url: `http://127.0.0.1:${server.port}/graphql` }, "serving GraphQL");
});
