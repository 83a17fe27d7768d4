import type { Messages } from "../../messages/text.tsx";
import type { Name } from "../../names.ts";

export const nameText = (name: Name, t: Messages["shell"]["names"]): string => {
  switch (name.kind) {
    case "contract":
    case "vault":
      return name.name;
    case "mandate":
      return t.mandate(name.vault);
    case "base":
    case "token":
      return t.token(name.symbol);
    case "pool":
      return t.pool(name.market);
    case "signer":
      return t.signer(name.number);
  }
};
