import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import Skeleton from "@mui/material/Skeleton";
import { memo, Suspense } from "react";
import type { Address } from "viem";
import { type Connector, useConnection, useConnections, useDisconnect, WagmiProvider } from "wagmi";
import { ChainLink } from "../../components/ChainLink.tsx";
import type { FoundVault } from "../../links.ts";
import { PartText } from "../../messages/PartText.tsx";
import { useWalletText } from "../../messages/wallet-text.ts";
import { useVault } from "../vault/use-vault.ts";
import { ConnectChoice, WalletIcon } from "./ConnectChoice.tsx";
import { isDemo } from "./demo-connector.ts";
import { PositionView } from "./PositionView.tsx";
import { SwitchChain } from "./SwitchChain.tsx";
import type { WalletConfig } from "./wagmi-config.ts";

type WalletSessionProps = { found: FoundVault };

type AccountLineProps = { connector: Connector; address: Address; chain: number };

const AccountLine = ({ connector, address, chain }: AccountLineProps) => {
  const { w } = useWalletText();
  const connections = useConnections();
  const { mutate: disconnect } = useDisconnect();
  // All of them: who disconnects one wallet does not ask for another that was connected before.
  const leave = () => {
    for (const connection of connections) disconnect({ connector: connection.connector });
  };
  return (
    <Box
      sx={{
        display: "grid",
        gridTemplateColumns: "minmax(0, 1fr) auto",
        alignItems: "center",
        columnGap: 1,
        typography: "body2",
        color: "text.secondary",
      }}
    >
      <Box sx={{ display: "flex", alignItems: "center", gap: 1 }}>
        <WalletIcon connector={connector} />
        {isDemo(connector) ? <Chip size="small" variant="outlined" label={w.connect.demoChip} /> : connector.name}
      </Box>
      <Button size="small" color="inherit" sx={{ minHeight: 32, fontWeight: 400, mr: -0.5 }} onClick={leave}>
        {w.connect.disconnect}
      </Button>
      <ChainLink chain={chain} kind="address" value={address} />
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
export const WalletSession = memo(({ found, wallets }: WalletSessionProps & { wallets: WalletConfig }) => (
  <WagmiProvider config={wallets}>
    <Suspense fallback={<Skeleton variant="rectangular" height={160} />}>
      <PartText part="wallet">
        <Session found={found} />
      </PartText>
    </Suspense>
  </WagmiProvider>
));
