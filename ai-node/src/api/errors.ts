// Every error that the API answers with: its code, its status, and when a client should come back.

export const apiErrors = {
  INPUT_INVALID: {
    status: 400,
    meaning: "the request does not fit the schema; the message names the place and the value",
  },
  BODY_TOO_LARGE: { status: 413, meaning: "the body has more bytes than one batch can need" },
  MEDIA_TYPE_UNSUPPORTED: { status: 415, meaning: "the body is not application/json" },
  ROUTE_UNKNOWN: { status: 404, meaning: "there is nothing at this path; see /openapi.json" },
  MODEL_UNKNOWN: { status: 404, meaning: "no feed of any chain has named this model" },
  FEED_UNKNOWN: { status: 404, meaning: "no chain has this feed" },
  ROUND_UNKNOWN: { status: 404, meaning: "the feed has not published a round yet" },
  MODEL_REFUSED: {
    status: 503,
    meaning: "a round of this model differs from the reference, so that nobody should use it",
  },
  MODEL_NOT_READY: { status: 503, meaning: "the engines are still being tested on this model", retryAfter: 1 },
  QUEUE_FULL: { status: 503, meaning: "too many batches are waiting", retryAfter: 1 },
  TIMED_OUT: { status: 504, meaning: "the batch was not answered in time", retryAfter: 5 },
  INTERNAL: { status: 500, meaning: "a fault of this program; its log has the request id" },
} as const satisfies Record<string, { status: number; meaning: string; retryAfter?: number }>;

export type ApiErrorCode = keyof typeof apiErrors;

export class ApiError extends Error {
  override name = "ApiError";
  readonly code: ApiErrorCode;

  constructor(code: ApiErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

const LONGEST_VALUE = 60;

/** A value from outside inside a sentence: as JSON, and not longer than a line. */
export const shownValue = (value: unknown): string => {
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "nothing"); // JSON has no Infinity
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`;
};
