// What goes in and out of the API. Integers that a float64 may not hold travel as decimal strings.
import { z } from "zod";
import { type ApiErrorCode, apiErrors } from "./errors.ts";

/** Rows of a request: what a GPU takes at once. */
export const MAX_ROWS = 4_096;
const MAX_LANES = 16; // of one bytes32

const integer = z
  .string()
  .regex(/^-?\d+$/)
  .describe("a decimal integer");
const hash = z.string().regex(/^0x[0-9a-f]{64}$/, "expected 0x and 64 lower-case hex digits");
const LANE_RANGE = "expected a whole number from -32768 to 32767";
const lane = z
  .int(LANE_RANGE)
  .min(-(2 ** 15), LANE_RANGE)
  .max(2 ** 15 - 1, LANE_RANGE);

const volatility = {
  value: integer.describe("log2 of the annualised volatility, Q32, as SignalFeed stores it"),
  volatilityBps: integer.describe("annualised volatility in basis points"),
};

export const modelParams = z.object({ modelId: hash.describe("keccak256 of the model's blob") });
export const feedParams = z.object({ feed: z.string().min(1).max(32).describe("SPX/USD vol, percent-encoded") });
export const feedQuery = z.object({
  chain: z.coerce.number("expected a chain id").int().positive().optional().describe("the first chain without it"),
});

export const predictBody = z.strictObject({
  rows: z
    .array(z.array(lane).min(1).max(MAX_LANES))
    .min(1)
    .max(MAX_ROWS)
    .describe("rows of features, int16 lanes in the order of the model's feature set"),
});

const laneSchema = z.object({ name: z.string(), scale: z.int(), meaning: z.string() });

export const modelsAnswer = z.object({
  models: z.array(
    z.object({
      modelId: hash,
      kind: z.enum(["linear", "forest", "dense"]),
      period: z.int().describe("seconds a candle"),
      horizon: z.int().describe("candles ahead"),
      lanes: z.array(laneSchema),
      feeds: z.array(z.object({ chain: z.int(), feed: z.string() })).describe("where it is in force"),
      engines: z
        .object({ one: z.string(), many: z.string() })
        .nullable()
        .describe("what answers one row, and a large batch; null while engines are being tested"),
      refused: z.string().nullable().describe("why predictions are refused"),
    }),
  ),
});

export const predictAnswer = z.object({
  modelId: hash,
  engine: z.string(),
  outputs: z.array(
    z.object({
      output: integer.describe("what the model says, Q32"),
      value: volatility.value.nullable().describe("null when no feed uses the model, so that its market is not known"),
      volatilityBps: volatility.volatilityBps.nullable(),
    }),
  ),
});

export const roundAnswer = z.object({
  chain: z.int(),
  feed: z.string(),
  round: z.int().describe("index of the candle"),
  ...volatility,
  closedAt: z.int().describe("end of the candle, unix seconds"),
  level: z.int().describe("1 executed, 2 optimistic, 4 scored"),
  proof: z.object({
    block: integer,
    transaction: hash,
    modelId: hash,
    features: hash.describe("packed lanes, as published"),
    lanes: z.array(laneSchema.extend({ lane: z.int() })).describe("as computed here from the signed candles"),
    candle: z
      .object({ start: z.int(), end: z.int(), open: integer, high: integer, low: integer, close: integer })
      .nullable()
      .describe("the newest candle behind the features, prices times 10^8"),
    reference: integer.nullable().describe("the value that this node computed; null when it could not"),
    isEqual: z.boolean(),
    differences: z.array(z.string()),
  }),
});

const codes = Object.keys(apiErrors) as [ApiErrorCode, ...ApiErrorCode[]];

export const errorAnswer = z.object({ code: z.enum(codes), message: z.string(), requestId: z.string() });
