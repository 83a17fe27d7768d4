// JSON files between our own processes. Integers beyond 2^53 travel as {"$integer":"…"}.
import { readFileSync, writeFileSync } from "node:fs";

export const writeJson = (path: string, value: unknown): void =>
  writeFileSync(
    path,
    JSON.stringify(value, (_, item) => (typeof item === "bigint" ? { $integer: item.toString() } : item)),
  );

/** Reads what `writeJson` wrote; the type is the writer's promise, so both sides must be of one version. */
export const readJson = <T>(path: string): T =>
  JSON.parse(readFileSync(path, "utf8"), (_, item) => (isInteger(item) ? BigInt(item.$integer) : item)) as T;

const isInteger = (item: unknown): item is { $integer: string } =>
  typeof item === "object" && item !== null && "$integer" in item;
