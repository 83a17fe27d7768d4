// What every handler of a vault's events works with.
import type { Deployment } from "@aibot/kit/deployment";
import type { Draft } from "../draft.ts";
import type { Origin, VaultEvent } from "../events.ts";

export type VaultFacts = Deployment["vaults"][number];
export type VaultContext = { draft: Draft; origin: Origin; eventId: string; vault: string; facts: VaultFacts };
export type VaultArgs<Name extends VaultEvent["eventName"]> = Extract<VaultEvent, { eventName: Name }>["args"];

export const changeIdle = ({ draft, vault }: VaultContext, delta: bigint): void => {
  const row = draft.get("Vault", vault);
  draft.put("Vault", { ...row, idle: row.idle + delta });
};

export const changeHolding = ({ draft, vault }: VaultContext, position: number | bigint, delta: bigint): void => {
  const row = draft.get("Position", `${vault}-${position}`);
  draft.put("Position", { ...row, holding: row.holding + delta });
};
