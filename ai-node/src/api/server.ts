// The inference API over HTTP, for programs on the same machine: predictions and proofs, nothing that signs or sends.
import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import { InputError } from "@aibot/kit/errors";
import type { Logger } from "@aibot/kit/node/log";
import type { Metrics } from "@aibot/kit/node/metrics";
import swagger from "@fastify/swagger";
import Fastify, { type FastifyInstance } from "fastify";
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { Inference } from "../engines/inference.ts";
import { createErrorAnswers } from "./answer-errors.ts";
import { createQueue } from "./queue.ts";
import { addRoutes } from "./routes.ts";
import type { ChainView } from "./sources.ts";

export type ApiParams = {
  port: number;
  views: () => ChainView[];
  inference: Pick<Inference, "predict" | "health">;
  log: Logger;
  metrics: Metrics;
};

export type Api = { port: number; close: () => Promise<void> };

const BODY_BYTES = 2 ** 20; // 4,096 rows of 16 lanes need less than half of it
const QUEUED_BATCHES = 32;
const BATCH_TIMEOUT_MS = 5_000;
const CONNECTIONS = 512;
const REQUEST_TIMEOUT_MS = 10_000; // until a request has arrived as a whole

/** An id that the client chose, if it is fit for a log line. */
const requestId = (given: string | string[] | undefined): string =>
  typeof given === "string" && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();

const count = (app: FastifyInstance, { log, metrics }: ApiParams): void => {
  const requests = metrics.counter("ai_node_api_requests", "Answers of the inference API, by status.");
  const spent = metrics.counter("ai_node_api_milliseconds", "Time spent on answers of the inference API.");
  app.addHook("onRequest", async (request, reply) => void reply.header("x-request-id", request.id));
  app.addHook("onResponse", async ({ id, method, url }, reply) => {
    const [status, ms] = [reply.statusCode, Math.round(reply.elapsedTime)];
    requests.inc({ status: String(status) });
    spent.inc({}, reply.elapsedTime);
    log.debug({ requestId: id, method, url, status, ms }, "answered");
  });
};

/** Answers while closing end their connections, or clients that keep them open would hold up the stop. */
const endConnectionsWhenClosing = (app: FastifyInstance): void => {
  let isClosing = false;
  app.addHook("preClose", async () => {
    isClosing = true;
  });
  app.addHook("onSend", async (_request, reply) => {
    if (isClosing) reply.header("connection", "close");
  });
};

const createApp = async (params: ApiParams): Promise<FastifyInstance> => {
  const { failed, notFound } = createErrorAnswers(params);
  const app = Fastify({
    frameworkErrors: failed, // a URL that cannot be read
    bodyLimit: BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    genReqId: ({ headers }) => requestId(headers["x-request-id"]),
    logger: false, // the service has one log; see the hooks
  });
  app.server.maxConnections = CONNECTIONS;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser("text/plain"); // JSON only
  app.setErrorHandler(failed);
  app.setNotFoundHandler(notFound);
  endConnectionsWhenClosing(app);
  count(app, params);
  await app.register(swagger, {
    openapi: {
      info: { title: "AIBOT IYI inference", version: "1", description: "Models of the chain, run off the chain." },
    },
    transform: jsonSchemaTransform,
  });
  const queue = createQueue({ limit: QUEUED_BATCHES, timeoutMs: BATCH_TIMEOUT_MS });
  await app.register(async (scope) => addRoutes(scope, { ...params, queue }));
  await app.ready();
  return app;
};

/** Serves on the loopback interface; 0 chooses a port. Closing refuses new requests and answers those that wait. */
export const serveApi = async (params: ApiParams): Promise<Api> => {
  const app = await createApp(params);
  try {
    await app.listen({ port: params.port, host: "127.0.0.1" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new InputError(`API_PORT ${params.port} is in use; choose another one or 0 for none.`);
  }
  const { port } = app.server.address() as AddressInfo;
  params.log.info({ port }, "serving the inference API");
  return { port, close: () => app.close() };
};
