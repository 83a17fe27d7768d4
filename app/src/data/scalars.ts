import * as z from "zod/mini";

/** GraphQL's BigInt travels as a decimal string. */
export const bigInt = z.pipe(
  z.string().check(z.regex(/^-?\d+$/, "expected a whole number")),
  z.transform((value) => BigInt(value)),
);

export const hex = z.pipe(
  z.string().check(z.regex(/^0x[0-9a-f]*$/i, "expected hex")),
  z.transform((value) => value as `0x${string}`),
);

/** A number as a chain's node writes it. */
export const quantity = z.pipe(
  z.string().check(z.regex(/^0x[0-9a-f]+$/i, "expected a quantity")),
  z.transform((value) => BigInt(value)),
);

export const int = z.int();
