import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Skeleton from "@mui/material/Skeleton";
import { lazy, Suspense, useState } from "react";
import { Panel } from "../../components/Panel.tsx";
import type { Vault } from "../../data/vaults.ts";
import type { FoundVault } from "../../links.ts";
import { useText } from "../../messages/text.tsx";
import { wasConnected } from "./wallet-intent.ts";

const WalletSession = lazy(async () => ({ default: (await import("./WalletSession.tsx")).WalletSession }));

type WalletPanelProps = { found: FoundVault; vault: Vault | undefined };

/** The visitor's own part. The wallet's code is loaded when somebody first wants it. */
export const WalletPanel = ({ found, vault }: WalletPanelProps) => {
  const { m } = useText();
  const [isWanted, setWanted] = useState(wasConnected);
  const { title, invite, connect } = m.walletPanel;
  return (
    <Panel title={title}>
      {isWanted && vault !== undefined ? (
        <Suspense fallback={<Skeleton variant="rectangular" height={160} />}>
          <WalletSession found={found} />
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
