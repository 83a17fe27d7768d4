// Ways out that are not paid at once: requests, their settlement, claims.
import { addToDay } from "./days.ts";
import type { VaultArgs, VaultContext } from "./vault-context.ts";
import { changeIdle } from "./vault-context.ts";

export const exitRequestId = (vault: string, number: bigint): string => `${vault}-${number}`;

const changePending = ({ draft, vault }: VaultContext, delta: bigint): void => {
  const row = draft.get("Vault", vault);
  draft.put("Vault", { ...row, pendingExitShares: row.pendingExitShares + delta });
};

export const requestExit = (context: VaultContext, { id, owner, shares }: VaultArgs<"ExitRequested">): void => {
  const { draft, origin, vault } = context;
  changePending(context, shares);
  draft.put("ExitRequest", {
    id: exitRequestId(vault, id),
    vault,
    number: Number(id),
    owner: owner.toLowerCase(),
    shares,
    pending: shares,
    assets: 0n,
    state: "pending",
    ...origin,
  });
};

export const cancelExit = (context: VaultContext, { id, shares }: VaultArgs<"ExitCancelled">): void => {
  const request = context.draft.get("ExitRequest", exitRequestId(context.vault, id));
  changePending(context, -shares);
  context.draft.put("ExitRequest", { ...request, pending: 0n, state: "cancelled" });
};

/** Moves cash out of the ledger; the claim it becomes has an event of its own. */
export const settleExit = (context: VaultContext, { id, shares, assets }: VaultArgs<"ExitSettled">): void => {
  const { draft, origin, eventId, vault } = context;
  const request = draft.get("ExitRequest", exitRequestId(vault, id));
  const pending = request.pending - shares;
  changePending(context, -shares);
  changeIdle(context, -assets);
  addToDay(context, { withdrawn: assets });
  const state = pending === 0n ? "settled" : request.state;
  draft.put("ExitRequest", { ...request, pending, assets: request.assets + assets, state });
  draft.put("ExitSettlement", {
    id: eventId,
    vault,
    request: request.id,
    owner: request.owner,
    shares,
    assets,
    ...origin,
  });
};

export const claimId = (vault: string, { owner, token }: { owner: string; token: string }): string =>
  `${vault}-${owner.toLowerCase()}-${token.toLowerCase()}`;

/** A claim stands outside the ledger: the exit that made it has already taken the amount out. */
export const changeClaim = (
  { draft, origin, vault }: VaultContext,
  args: VaultArgs<"ClaimAdded">,
  delta: bigint,
): void => {
  const id = claimId(vault, args);
  draft.put("Claim", {
    id,
    chain: origin.chain,
    vault,
    owner: args.owner.toLowerCase(),
    token: args.token.toLowerCase(),
    amount: (draft.find("Claim", id)?.amount ?? 0n) + delta,
  });
};
