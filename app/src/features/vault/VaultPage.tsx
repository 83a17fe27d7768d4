import Box from "@mui/material/Box";
import { useParams, useSearchParams } from "react-router";
import { useApp } from "../../app-context.tsx";
import { LaterPanel } from "../../components/Later.tsx";
import { STACK, TWO_TO_ONE } from "../../components/layout.ts";
import { NotFoundPage } from "../../components/NotFoundPage.tsx";
import { ErrorNotice, Notice } from "../../components/Notice.tsx";
import { usePageTitle } from "../../components/page-title.ts";
import { useUnread } from "../../data/use-unread.ts";
import { type FoundVault, findVault } from "../../links.ts";
import { useText } from "../../messages/text.tsx";
import { useChainNow } from "../network-status/network-status.tsx";
import { WalletPanel } from "../wallet/WalletPanel.tsx";
import { ActivityPanel } from "./ActivityPanel.tsx";
import { FeesPanel } from "./FeesPanel.tsx";
import { HaltedNotice } from "./HaltedNotice.tsx";
import { HistoryPanel } from "./HistoryPanel.tsx";
import { LimitsPanel } from "./LimitsPanel.tsx";
import { NowPanel } from "./NowPanel.tsx";
import { PausedNotice } from "./PausedNotice.tsx";
import { TrustPanel } from "./TrustPanel.tsx";
import { useVault } from "./use-vault.ts";
import { VaultTitle } from "./VaultTitle.tsx";

const COLUMNS = { ...TWO_TO_ONE, alignItems: "stretch" } as const;

// Beside each other on a tablet, below each other on a phone and next to the charts, where the last ends as they do.
const YOU_AND_NOW = {
  ...STACK,
  gridTemplateColumns: { xs: "minmax(0, 1fr)", sm: "repeat(2, minmax(0, 1fr))", md: "minmax(0, 1fr)" },
  gridTemplateRows: { md: "auto 1fr" },
} as const;

const VaultView = ({ found }: { found: FoundVault }) => {
  const { m } = useText();
  usePageTitle(found.vault.name);
  const read = useVault(found);
  const { data, refetch } = read;
  const unread = useUnread(read);
  const vault = data ?? undefined;
  const now = useChainNow(found.chain.id);
  return (
    <Box sx={STACK}>
      <VaultTitle found={found} vault={vault} />
      {unread && <ErrorNotice error={unread} retry={() => void refetch()} />}
      {data === null && <Notice tone="attention">{m.vault.unindexed}</Notice>}
      {vault && <HaltedNotice vault={vault} now={now} />}
      {vault && <PausedNotice vault={vault} now={now} />}
      {vault && vault.startAt === null && <Notice tone="quiet">{m.vault.first}</Notice>}
      <Box sx={COLUMNS}>
        <HistoryPanel found={found} vault={vault} />
        <Box sx={YOU_AND_NOW}>
          <LaterPanel phone={163} laptop={163}>
            <WalletPanel found={found} vault={vault} />
          </LaterPanel>
          <LaterPanel phone={308} laptop={468}>
            <NowPanel found={found} vault={vault} now={now} />
          </LaterPanel>
        </Box>
      </Box>
      <Box sx={COLUMNS}>
        <LaterPanel phone={545} laptop={377}>
          <LimitsPanel found={found} vault={vault} now={now} />
        </LaterPanel>
        <LaterPanel phone={300} laptop={377}>
          <FeesPanel found={found} vault={vault} now={now} />
        </LaterPanel>
      </Box>
      <LaterPanel phone={714} laptop={651}>
        <ActivityPanel found={found} />
      </LaterPanel>
      <LaterPanel phone={496} laptop={265}>
        <TrustPanel found={found} />
      </LaterPanel>
    </Box>
  );
};

export const VaultPage = () => {
  const { config } = useApp();
  const { m } = useText();
  const { address = "" } = useParams();
  const [search] = useSearchParams();
  const found = findVault(config, address, search.get("chain"));
  return found === undefined ? (
    <NotFoundPage what={m.vault.unknown(address)} />
  ) : (
    <VaultView key={`${found.chain.id}${address}`} found={found} />
  );
};
