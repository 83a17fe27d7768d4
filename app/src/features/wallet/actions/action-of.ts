import type { Action } from "../../flow/flow.ts";
import type { OwnRequest } from "../own-data.ts";
import { depositAction } from "./deposit.ts";
import { cancelAction, claimAction, requestAction } from "./exits.ts";
import { inKindAction } from "./in-kind.ts";
import { redeemAction } from "./redeem.ts";
import type { Balances, Context } from "./shared.ts";

/** The action that a name in storage or on a button means; undefined where another version of the page wrote it. */
export const actionOf = (
  kind: string,
  context: Context,
  balances: Balances,
  requests: readonly OwnRequest[],
): Action | undefined => {
  const [name, argument] = kind.split(":");
  switch (name) {
    case "deposit":
      return depositAction(context, balances);
    case "redeem":
      return redeemAction(context, balances);
    case "request":
      return requestAction(context, balances);
    case "inKind":
      return inKindAction(context, balances);
    case "claim":
      return claimAction(context, Number(argument), balances.claims[Number(argument)] ?? 0n);
    case "cancel": {
      const number = Number(argument);
      return cancelAction(context, { number, pending: requests.find((one) => one.number === number)?.pending ?? 0n });
    }
    default:
      return undefined;
  }
};
