import { z } from "zod";

/** GraphQL's BigInt travels as a decimal string. */
export const bigInt = z
  .string()
  .regex(/^-?\d+$/, "expected a whole number")
  .transform(BigInt);

export const hex = z
  .string()
  .regex(/^0x[0-9a-f]*$/i, "expected hex")
  .transform((value) => value as `0x${string}`);

/** A number as a chain's node writes it. */
export const quantity = z
  .string()
  .regex(/^0x[0-9a-f]+$/i, "expected a quantity")
  .transform((value) => BigInt(value));

export const int = z.number().int();
