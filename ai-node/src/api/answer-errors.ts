// Whatever goes wrong becomes one of the coded errors, in one shape, with a sentence.
import type { Logger } from "@aibot/kit/node/log";
import type { Metrics } from "@aibot/kit/node/metrics";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { ApiError, type ApiErrorCode, apiErrors, shownValue } from "./errors.ts";

/** What the schema found first, and the value it found it at. */
const invalidInput = (error: unknown, request: FastifyRequest): string | undefined => {
  if (!hasZodFastifySchemaValidationErrors(error)) return undefined;
  const [issue] = error.validation;
  const part = error.validationContext;
  const input = part === "body" ? request.body : part === "querystring" ? request.query : request.params;
  const path = issue?.instancePath.split("/").filter((key) => key !== "") ?? [];
  const value = path.reduce<unknown>((inside, key) => (inside as Record<string, unknown> | undefined)?.[key], input);
  const place = path.length === 0 ? `The ${part}` : path.join(".");
  return `${place} is ${shownValue(value)}: ${issue?.message}.`;
};

/** Fastify's own refusals, by its codes. */
const ofFastify = ({ code = "" }: FastifyError): ApiErrorCode | undefined => {
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return "BODY_TOO_LARGE";
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") return "MEDIA_TYPE_UNSUPPORTED";
  const isUrl = code === "FST_ERR_BAD_URL" || code === "FST_ERR_MAX_PARAM_LENGTH";
  return isUrl || code.startsWith("FST_ERR_CTP_") ? "INPUT_INVALID" : undefined;
};

const toApiError = (error: FastifyError, request: FastifyRequest): ApiError => {
  if (error instanceof ApiError) return error;
  const invalid = invalidInput(error, request);
  if (invalid !== undefined) return new ApiError("INPUT_INVALID", invalid);
  const code = ofFastify(error);
  if (code !== undefined) return new ApiError(code, `${error.message.replace(/\.$/, "")}.`);
  return new ApiError("INTERNAL", `This is a fault of the service; its log names the request ${request.id}.`);
};

export type ErrorAnswers = {
  failed: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => FastifyReply;
  notFound: (request: FastifyRequest, reply: FastifyReply) => FastifyReply;
};

export const createErrorAnswers = ({ log, metrics }: { log: Logger; metrics: Metrics }): ErrorAnswers => {
  const errors = metrics.counter("ai_node_api_errors", "Errors that the inference API answered with, by code.");

  const answer = (reply: FastifyReply, request: FastifyRequest, { code, message }: ApiError): FastifyReply => {
    const known: { status: number; retryAfter?: number } = apiErrors[code];
    errors.inc({ code });
    if (known.retryAfter !== undefined) reply.header("retry-after", known.retryAfter);
    reply.header("x-request-id", request.id); // hooks do not run for a URL that cannot be read
    return reply.code(known.status).send({ code, message, requestId: request.id });
  };
  return {
    failed: (error, request, reply) => {
      const apiError = toApiError(error, request);
      if (apiError.code === "INTERNAL") log.error({ error, requestId: request.id }, "request failed");
      return answer(reply, request, apiError);
    },
    notFound: (request, reply) => {
      const sentence = `${request.method} ${shownValue(request.url)} is not served; see /openapi.json.`;
      return answer(reply, request, new ApiError("ROUTE_UNKNOWN", sentence));
    },
  };
};
