// Which ways in and out are open, and why the others are not.
import type { Vault } from "../../data/vaults.ts";

export type Doors = { kind: "open"; isPaused: boolean } | { kind: "halted"; market: string } | { kind: "stale" };

export type DoorParams = {
  vault: Vault;
  now: bigint | undefined;
  entryMaxAge: number | undefined; // seconds; undefined: not read yet
  isReplay: boolean; // a review holds market time, and the price is renewed for it
};

export const doorsOf = ({ vault, now, entryMaxAge, isReplay }: DoorParams): Doors => {
  const halted = vault.positions.find(({ market }) => market.halted !== "None");
  if (halted !== undefined) return { kind: "halted", market: halted.market.market };
  if (now === undefined) return { kind: "open", isPaused: false };
  const isOld = ({ market }: Vault["positions"][number]) => market.priceAt + BigInt(entryMaxAge ?? 0) < now;
  if (!isReplay && entryMaxAge !== undefined && vault.positions.some(isOld)) return { kind: "stale" };
  return { kind: "open", isPaused: vault.mandate.entryPausedUntil > now };
};
