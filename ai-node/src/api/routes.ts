import { featureSets } from "@aibot/kit/features";
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { type ApiErrorCode, apiErrors } from "./errors.ts";
import { predict } from "./predict.ts";
import type { Queue } from "./queue.ts";
import { latestRound } from "./rounds.ts";
import {
  errorAnswer,
  feedParams,
  feedQuery,
  modelParams,
  modelsAnswer,
  predictAnswer,
  predictBody,
  roundAnswer,
} from "./schemas.ts";
import type { ApiParams } from "./server.ts";
import { servedModels } from "./sources.ts";

export type RoutesParams = ApiParams & { queue: Queue };

/** For the OpenAPI document: one entry a status, naming the codes that have it. */
const failures = (...codes: ApiErrorCode[]) => {
  const statuses = new Set(codes.map((code) => apiErrors[code].status));
  const described = [...statuses].map((status) => {
    const ofStatus = codes.filter((code) => apiErrors[code].status === status);
    const text = ofStatus.map((code) => `${code}: ${apiErrors[code].meaning}`).join("; ");
    return [status, errorAnswer.describe(text)] as const;
  });
  return Object.fromEntries(described);
};

export const addRoutes = (app: FastifyInstance, { views, inference, queue }: RoutesParams): void => {
  const api = app.withTypeProvider<ZodTypeProvider>();

  api.get(
    "/v1/models",
    { schema: { summary: "Models that a feed names", response: { 200: modelsAnswer, ...failures("INTERNAL") } } },
    async () => {
      const chosen = new Map(inference.health().models.map(({ model, one, many }) => [model, { one, many }]));
      const models = servedModels(views()).map(({ id, model, feeds, doubt }) => ({
        ...{ modelId: id, kind: model.kind, period: model.period, horizon: model.horizon, feeds },
        lanes: featureSets[model.featureSet]?.lanes ?? [],
        engines: chosen.get(id) ?? null,
        refused: doubt ?? null,
      }));
      return { models };
    },
  );

  api.post(
    "/v1/models/:modelId/predict",
    {
      schema: {
        summary: "Run a model on rows of features",
        params: modelParams,
        body: predictBody,
        response: {
          200: predictAnswer,
          ...failures("INPUT_INVALID", "MODEL_UNKNOWN", "BODY_TOO_LARGE", "MEDIA_TYPE_UNSUPPORTED"),
          ...failures("MODEL_REFUSED", "MODEL_NOT_READY", "QUEUE_FULL", "TIMED_OUT", "INTERNAL"),
        },
      },
    },
    ({ params, body }) =>
      predict({ modelId: params.modelId, rows: body.rows, models: servedModels(views()), inference, queue }),
  );

  api.get(
    "/v1/feeds/:feed/latest",
    {
      schema: {
        summary: "The newest round of a feed, with what proves it",
        params: feedParams,
        querystring: feedQuery,
        response: {
          200: roundAnswer,
          ...failures("INPUT_INVALID", "FEED_UNKNOWN", "ROUND_UNKNOWN", "INTERNAL"),
        },
      },
    },
    async ({ params, query }) => latestRound({ views: views(), feed: params.feed, chain: query.chain }),
  );

  app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
};
