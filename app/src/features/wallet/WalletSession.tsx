import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { memo, useState } from "react";
import { useConnect, useConnection, useConnectors, useDisconnect, useSwitchChain, WagmiProvider } from "wagmi";
import { useApp } from "../../app-context.tsx";
import { Hash } from "../../components/Hash.tsx";
import { Notice } from "../../components/Notice.tsx";
import type { FoundVault } from "../../links.ts";
import { useVault } from "../vault/use-vault.ts";
import { PositionView } from "./PositionView.tsx";
import { sentenceOf } from "./refusals.ts";
import { createWalletConfig } from "./wagmi-config.ts";

type WalletSessionProps = { found: FoundVault };

const ConnectChoice = () => {
  const connectors = useConnectors();
  const { mutate: connect, isPending, error } = useConnect();
  return (
    <Box sx={{ display: "grid", gap: 1 }}>
      {connectors.length === 0 && (
        <Notice tone="quiet">
          No wallet found in this browser. Install one that announces itself (EIP-6963) and reload.
        </Notice>
      )}
      {connectors.map((connector) => (
        <Button key={connector.uid} variant="contained" disabled={isPending} onClick={() => connect({ connector })}>
          {connector.name}
        </Button>
      ))}
      {error !== null && <Notice tone="attention">{sentenceOf(error)}</Notice>}
    </Box>
  );
};

const SwitchChain = ({ chainId }: { chainId: number }) => {
  const { mutate: switchChain, isPending } = useSwitchChain();
  return (
    <Notice
      tone="attention"
      action={
        <Button variant="contained" disabled={isPending} onClick={() => switchChain({ chainId })}>
          Switch network
        </Button>
      }
    >
      This vault is on chain {chainId}; your wallet is on another.
    </Notice>
  );
};

const Session = ({ found }: WalletSessionProps) => {
  const { data: vault } = useVault(found);
  const { address, status, chainId, connector } = useConnection();
  const { mutate: disconnect } = useDisconnect();
  if (status !== "connected" || address === undefined || !vault) return <ConnectChoice />;
  return (
    <Box sx={{ display: "grid", gap: 2 }}>
      <Box sx={{ display: "flex", alignItems: "center", gap: 1, typography: "body2", color: "text.secondary" }}>
        <Box sx={{ flexGrow: 1 }}>
          {connector?.name} <Hash value={address} noun="your address" />
        </Box>
        <Button size="small" color="inherit" sx={{ minHeight: 32, fontWeight: 400 }} onClick={() => disconnect({})}>
          Disconnect
        </Button>
      </Box>
      {chainId === found.chain.id ? (
        <PositionView found={found} vault={vault} owner={address} />
      ) : (
        <SwitchChain chainId={found.chain.id} />
      )}
    </Box>
  );
};

// Memoised because WagmiProvider reconnects each time it renders, and the page renders with every block.
export const WalletSession = memo(({ found }: WalletSessionProps) => {
  const { config } = useApp();
  const [wallets] = useState(() => createWalletConfig(config));
  return (
    <WagmiProvider config={wallets}>
      <Session found={found} />
    </WagmiProvider>
  );
});
