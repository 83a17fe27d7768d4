import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import Skeleton from "@mui/material/Skeleton";
import { memo, useState } from "react";
import type { Address } from "viem";
import { type Connector, useConnection, useDisconnect, WagmiProvider } from "wagmi";
import { useApp } from "../../app-context.tsx";
import { ChainLink } from "../../components/ChainLink.tsx";
import type { FoundVault } from "../../links.ts";
import { useWalletText } from "../../messages/wallet-text.ts";
import { useVault } from "../vault/use-vault.ts";
import { ConnectChoice, WalletIcon } from "./ConnectChoice.tsx";
import { isDemo } from "./demo-connector.ts";
import { PositionView } from "./PositionView.tsx";
import { SwitchChain } from "./SwitchChain.tsx";
import { createWalletConfig } from "./wagmi-config.ts";

type WalletSessionProps = { found: FoundVault };

type AccountLineProps = { connector: Connector; address: Address; chain: number };

const AccountLine = ({ connector, address, chain }: AccountLineProps) => {
  const { w } = useWalletText();
  const { mutate: disconnect } = useDisconnect();
  return (
    <Box
      sx={{
        display: "flex",
        flexWrap: "wrap",
        alignItems: "center",
        columnGap: 1,
        typography: "body2",
        color: "text.secondary",
      }}
    >
      <WalletIcon connector={connector} />
      {isDemo(connector) ? <Chip size="small" variant="outlined" label={w.connect.demoChip} /> : connector.name}
      <Box sx={{ flexGrow: 1 }}>
        <ChainLink chain={chain} kind="address" value={address} />
      </Box>
      <Button size="small" color="inherit" sx={{ minHeight: 32, fontWeight: 400 }} onClick={() => disconnect({})}>
        {w.connect.disconnect}
      </Button>
    </Box>
  );
};

const Session = ({ found }: WalletSessionProps) => {
  const { data: vault } = useVault(found);
  const { w } = useWalletText();
  const { address, status, chainId, connector } = useConnection();
  if (status === "reconnecting")
    return <Skeleton variant="rectangular" height={160} aria-label={w.connect.reconnecting} />;
  if (status !== "connected" || address === undefined || connector === undefined || !vault) return <ConnectChoice />;
  return (
    <Box sx={{ display: "grid", gap: 2 }}>
      <AccountLine connector={connector} address={address} chain={found.chain.id} />
      {chainId === found.chain.id ? (
        <PositionView key={address} found={found} vault={vault} owner={address} />
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
