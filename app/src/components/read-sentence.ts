import { ReadError } from "../data/read-error.ts";
import type { Messages } from "../messages/text.tsx";

/** What went wrong while something was read, in the reader's language. Other errors are bugs and speak for themselves. */
export const readSentence = (m: Messages, error: Error): string =>
  error instanceof ReadError ? m.shell.readErrors[error.kind](error.source, error.detail) : error.message;
