import type { Messages } from "../text.tsx";

export const explorer: Messages["explorer"] = {
  names: {
    mandate: (vault) => `Mandat von ${vault}`,
    token: (symbol) => `Token ${symbol}`,
    pool: (market) => `Pool ${market}`,
    signer: (number) => `Knoten ${number}`,
  },
};
