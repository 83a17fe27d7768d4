export const explorer = {
  names: {
    mandate: (vault: string) => `Mandate of ${vault}`,
    token: (symbol: string) => `Token ${symbol}`,
    pool: (market: string) => `Pool ${market}`,
    signer: (number: number) => `Node ${number}`,
  },
};
