/**
 * Bad input or a bad environment that a person can correct. The message is the whole sentence shown to that person:
 * it names the setting or file, the offending value and the remedy. A program that meets it exits with code 1.
 */
export class InputError extends Error {
  override name = "InputError";
}

/** Something that may pass by itself, a lost connection for example. A service that meets it exits with code 75. */
export class RetryableError extends Error {
  override name = "RetryableError";
}

/** The innermost message of a chain of causes: what really happened, without the layers that passed it on. */
export const rootMessage = (error: unknown): string => {
  let current = error;
  while (current instanceof Error && current.cause !== undefined) current = current.cause;
  if (current instanceof AggregateError) return current.errors.map(rootMessage).join("; ");
  if (current instanceof Error) return current.message;
  // viem keeps a node's answer, a plain object, as the cause.
  const { message } = (current ?? {}) as { message?: unknown };
  return typeof message === "string" ? message : String(current);
};
