// A deployment for tests: one market, one feed, one vault of 6-decimals cash and an 18-decimals token.
import type { Deployment } from "@aibot/kit/deployment";
import type { Hex } from "viem";

const address = (last: string): Hex => `0x${last.padStart(40, "c")}`;

export const addresses = {
  priceBook: address("01"),
  modelRegistry: address("02"),
  signalFeed: address("03"),
  vault: address("04"),
  mandate: address("05"),
  usd: address("06"),
  spx: address("07"),
  signedSource: address("08"),
  accessManager: address("09"),
  alice: address("a1"),
  bob: address("b0"),
  keeper: address("ee"),
};

export const deployment: Deployment = {
  chainId: 31337,
  startBlock: 0,
  contracts: {
    accessManager: addresses.accessManager,
    priceBook: addresses.priceBook,
    signedSource: addresses.signedSource,
    modelRegistry: addresses.modelRegistry,
    signalFeed: addresses.signalFeed,
  },
  markets: [{ id: "SPX/USD", label: "S&P 500", symbol: "SPX", period: 86_400, feed: "SPX/USD vol", origins: ["test"] }],
  vaults: [
    {
      address: addresses.vault,
      mandate: addresses.mandate,
      name: "Test vault",
      symbol: "TV",
      base: { token: addresses.usd, symbol: "USD", decimals: 6 },
      positions: [{ token: addresses.spx, symbol: "SPX", decimals: 18, market: "SPX/USD", feed: "SPX/USD vol" }],
    },
  ],
};
