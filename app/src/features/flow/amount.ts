import type { Format } from "../../format.ts";
import type { Field, Request } from "./flow.ts";

export type Parsed = { kind: "request"; request: Request } | { kind: "invalid"; reason: string };

/** What was typed into a field, checked against everything that is known without asking the chain. */
export const parseRequest = (f: Format, field: Field, text: string): Parsed => {
  const parsed = f.parseAmount(text, field.decimals);
  if (parsed.kind === "invalid") return parsed;
  const reason = field.check(parsed.value);
  return reason === undefined
    ? { kind: "request", request: { amount: parsed.value, field: field.name } }
    : { kind: "invalid", reason };
};
