import { z } from "zod";

/** A setting whose value is JSON; `expected` completes the sentence for one that is not. */
export const jsonSetting = (expected = "expected JSON") =>
  z.string(expected).transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: "custom", message: expected });
      return z.NEVER;
    }
  });
