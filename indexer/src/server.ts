import { runService } from "@aibot/kit/node/service";
import { serverSettings } from "./config.ts";
import { connectFirst } from "./database.ts";
import { serveGraphql } from "./graphql.ts";
import { prepareTables } from "./tables.ts";

await runService({
  name: "graphql",
  help: "Serves the indexed events as GraphQL.",
  settings: serverSettings,
  async start({ config, log, metrics, onStop }) {
    await connectFirst(config.DB_URL, prepareTables);
    const onFault = (error: unknown) => log.error({ error }, "a query failed");
    const server = await serveGraphql({ config, metrics, onFault });
    onStop(server.close);
    log.info({ url: `http://127.0.0.1:${server.port}/graphql` }, "serving GraphQL");
    return { health: () => ({ reasons: server.isDatabaseUp() ? [] : ["the database does not answer"] }) };
  },
});
