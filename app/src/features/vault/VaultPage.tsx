import Box from "@mui/material/Box";
import { useParams, useSearchParams } from "react-router";
import { useApp } from "../../app-context.tsx";
import { NotFoundPage } from "../../components/NotFoundPage.tsx";
import { ErrorNotice, Notice } from "../../components/Notice.tsx";
import { usePageTitle } from "../../components/page-title.ts";
import { type FoundVault, findVault } from "../../links.ts";
import { useChainNow } from "../network-status/network-status.tsx";
import { WalletPanel } from "../wallet/WalletPanel.tsx";
import { ActivityPanel } from "./ActivityPanel.tsx";
import { FeesPanel } from "./FeesPanel.tsx";
import { HaltedNotice } from "./HaltedNotice.tsx";
import { HistoryPanel } from "./HistoryPanel.tsx";
import { LimitsPanel } from "./LimitsPanel.tsx";
import { NowPanel } from "./NowPanel.tsx";
import { PausedNotice } from "./PausedNotice.tsx";
import { useVault } from "./use-vault.ts";
import { VaultTitle } from "./VaultTitle.tsx";

const COLUMNS = {
  display: "grid",
  gap: 2,
  gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "repeat(3, minmax(0, 1fr))" },
  alignItems: "stretch",
} as const;

const STACK = { display: "grid", gap: 2, gridTemplateRows: "1fr auto", minWidth: 0 } as const;

const VaultView = ({ found }: { found: FoundVault }) => {
  usePageTitle(found.vault.name);
  const { data: vault, error, refetch } = useVault(found);
  const now = useChainNow(found.chain.id);
  return (
    <Box sx={{ display: "grid", gap: 2, gridTemplateColumns: "minmax(0, 1fr)" }}>
      <VaultTitle found={found} vault={vault ?? undefined} />
      {error !== null && vault === undefined && <ErrorNotice error={error} retry={() => void refetch()} />}
      {vault === null && <Notice tone="attention">The indexer has not reached the block of this vault yet.</Notice>}
      {vault && <HaltedNotice vault={vault} now={now} />}
      {vault && <PausedNotice vault={vault} now={now} />}
      <HistoryPanel found={found} vault={vault ?? undefined} />
      <Box sx={COLUMNS}>
        <NowPanel found={found} vault={vault ?? undefined} now={now} />
        <LimitsPanel found={found} />
        <Box sx={STACK}>
          <WalletPanel found={found} vault={vault ?? undefined} />
          <FeesPanel found={found} vault={vault ?? undefined} now={now} />
        </Box>
      </Box>
      <ActivityPanel found={found} vault={vault ?? undefined} now={now} />
    </Box>
  );
};

export const VaultPage = () => {
  const { config } = useApp();
  const { address = "" } = useParams();
  const [search] = useSearchParams();
  const found = findVault(config, address, search.get("chain"));
  return found === undefined ? (
    <NotFoundPage what={`No vault has the address ${address}.`} />
  ) : (
    <VaultView key={`${found.chain.id}${address}`} found={found} />
  );
};
