import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Skeleton from "@mui/material/Skeleton";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useApp } from "../../app-context.tsx";
import { Panel } from "../../components/Panel.tsx";
import type { Vault } from "../../data/vaults.ts";
import type { FoundVault } from "../../links.ts";
import { useText } from "../../messages/text.tsx";
import { wasConnected } from "./wallet-intent.ts";

const WalletSession = lazy(async () => ({ default: (await import("./WalletSession.tsx")).WalletSession }));

/** Made once a visit and not while rendering: a second one would find the wallets busy reconnecting to the first. */
const useWallets = (isWanted: boolean) => {
  const { config } = useApp();
  const { data } = useQuery({
    queryKey: ["wallets"],
    enabled: isWanted,
    gcTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
    meta: { isStored: false },
    queryFn: async () => (await import("./wagmi-config.ts")).createWalletConfig(config),
  });
  return data;
};

type WalletPanelProps = { found: FoundVault; vault: Vault | undefined };

/** The visitor's own part. The wallet's code is loaded when somebody first wants it. */
export const WalletPanel = ({ found, vault }: WalletPanelProps) => {
  const { m } = useText();
  const [isWanted, setWanted] = useState(wasConnected);
  const wallets = useWallets(isWanted);
  const { title, invite, connect } = m.walletPanel;
  return (
    <Panel title={title}>
      {isWanted ? (
        <Suspense fallback={<Skeleton variant="rectangular" height={160} />}>
          {wallets === undefined || vault === undefined ? (
            <Skeleton variant="rectangular" height={160} />
          ) : (
            <WalletSession found={found} wallets={wallets} />
          )}
        </Suspense>
      ) : (
        <Box sx={{ display: "grid", gap: 2 }}>
          <Box sx={{ color: "text.secondary" }}>{invite}</Box>
          <Button variant="contained" disabled={vault === undefined} onClick={() => setWanted(true)}>
            {connect}
          </Button>
        </Box>
      )}
    </Panel>
  );
};
