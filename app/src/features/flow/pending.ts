// What a flow has begun and nobody has seen the end of, kept where a reload and another tab find it.
import type { Address, Hex } from "viem";
import * as z from "zod/mini";
import type { Request } from "./flow.ts";

/** Whose flow it is: one at a time for an account and a vault. */
export type Place = { chain: number; vault: Address; owner: Address };

/** Enough to find a transaction again, whatever hash the wallet gave it in the end. */
export type Attempt = { from: Address; nonce: number; block: bigint }; // `block`: height when the wallet was asked

export type Stage =
  | ({ kind: "asked" } & Attempt) // the wallet is asked; nobody knows yet
  | ({ kind: "sent"; hash: Hex } & Attempt)
  | { kind: "due" }; // the step before is on the chain, this one is to be reviewed and sent

export type Pending = { action: string; request: Request; steps: readonly string[]; step: number; stage: Stage };

export type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export const keyOf = ({ chain, vault, owner }: Place): string => `flow.${chain}.${vault}.${owner}`.toLowerCase();

const whole = z.pipe(
  z.string().check(z.regex(/^\d+$/)),
  z.transform((text) => BigInt(text)),
);
const hex = z.pipe(
  z.string().check(z.regex(/^0x[0-9a-fA-F]+$/)),
  z.transform((text) => text as Hex),
);
const attempt = { from: hex, nonce: z.int().check(z.nonnegative()), block: whole };

const pendingSchema = z.object({
  action: z.string(),
  request: z.object({ amount: whole, field: z.string() }),
  steps: z.array(z.string()).check(z.minLength(1)),
  step: z.int().check(z.nonnegative()),
  stage: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("asked"), ...attempt }),
    z.object({ kind: z.literal("sent"), hash: hex, ...attempt }),
    z.object({ kind: z.literal("due") }),
  ]),
});

export const encodePending = (pending: Pending): string =>
  JSON.stringify(pending, (_, value) => (typeof value === "bigint" ? value.toString() : value));

/** Undefined for what another version of the page wrote: there is nothing to follow then. */
export const decodePending = (text: string | null): Pending | undefined => {
  if (text === null) return undefined;
  try {
    const { data } = pendingSchema.safeParse(JSON.parse(text));
    return data !== undefined && data.step < data.steps.length ? data : undefined;
  } catch {
    return undefined;
  }
};
