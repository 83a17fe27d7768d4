// What every kind of model says when one of its fields is wrong: the field, its value, and what was expected.
import { InputError } from "./errors.ts";

export const check = (isTrue: boolean, field: string, value: unknown, expected: string): void => {
  if (!isTrue) throw new InputError(`Model ${field} is ${value}: expected ${expected}.`);
};

export const checkWhole = (value: number, field: string, min: number, max: number): void =>
  check(Number.isInteger(value) && value >= min && value <= max, field, value, `a whole number from ${min} to ${max}`);

/** Each term of an output, Q32, stays below this, so that their sum fits an int64. */
export const TERM_BOUND = 2n ** 40n;

export const checkTerm = (value: bigint, field: string): void =>
  check(-TERM_BOUND < value && value < TERM_BOUND, field, value, "less than 2^40 either way");
