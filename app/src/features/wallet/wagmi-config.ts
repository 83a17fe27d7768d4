import { defineChain } from "viem";
import { createConfig, createStorage, http } from "wagmi";
import type { Config } from "../../config.ts";
import { DEMO_ID, demoConnector } from "./demo-connector.ts";
import { recentWallet, STORAGE_PREFIX } from "./wallet-intent.ts";

const POLL_MS = 250; // local blocks come when a transaction does

const chainOf = ({ id, rpc }: Config["chains"][number]) =>
  defineChain({
    id,
    name: `Chain ${id}`,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpc] } },
  });

/** Wallets that announce themselves (EIP-6963), and the demo wallet where the configuration brings its key. */
export const createWalletConfig = ({ chains: settings, demoKey }: Config) => {
  const [first, ...others] = settings.map(chainOf);
  if (first === undefined) throw new Error("The configuration names no chain.");
  const chains = [first, ...others] as const;
  return createConfig({
    chains,
    connectors:
      demoKey === undefined ? [] : [demoConnector({ key: demoKey, chains, isConnected: recentWallet() === DEMO_ID })],
    transports: Object.fromEntries(chains.map(({ id }) => [id, http(undefined, { batch: true })])),
    storage: createStorage({ key: STORAGE_PREFIX, storage: localStorage }),
    pollingInterval: POLL_MS,
    multiInjectedProviderDiscovery: true,
  });
};

export type WalletConfig = ReturnType<typeof createWalletConfig>;
