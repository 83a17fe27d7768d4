// How much code each contract deploys, beside the most that a chain accepts.
import type { Deployed } from "./deployed.ts";
import { table } from "./table.ts";

export const maxCodeBytes = 24_576; // EIP-170

const grouped = (value: number): string => value.toLocaleString("en-US");

export const formatSizes = (contracts: Pick<Deployed, "name" | "bytes">[]): string => {
  const rows = contracts.map(({ name, bytes }) => [name, grouped(bytes), grouped(maxCodeBytes - bytes)]);
  return `${table([["contract", "bytes", "left"], ...rows]).join("\n")}\n`;
};

/** The contracts that no chain would accept. */
export const tooLarge = (contracts: Pick<Deployed, "name" | "bytes">[]): string[] =>
  contracts.filter(({ bytes }) => bytes > maxCodeBytes).map(({ name }) => name);
