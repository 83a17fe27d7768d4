import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { useTheme } from "@mui/material/styles";
import Typography from "@mui/material/Typography";
import useMediaQuery from "@mui/material/useMediaQuery";
import { useApp } from "../../app-context.tsx";
import { ErrorNotice, Notice } from "../../components/Notice.tsx";
import { usePageTitle } from "../../components/page-title.ts";
import { useUnread } from "../../data/use-unread.ts";
import { useText } from "../../messages/text.tsx";
import { bySize } from "./model.ts";
import { usePasts, useVaults } from "./use-vault.ts";
import { VaultCards } from "./VaultCards.tsx";
import { VaultTable } from "./VaultTable.tsx";
import { type VaultCells, vaultCells } from "./vault-cells.tsx";

export type VaultRow = { id: string; cells: VaultCells };

/** As many placeholders as vaults are deployed: the page keeps its height when they arrive. */
const loadingRows = (count: number): VaultRow[] => {
  const cell = <Skeleton width="80%" sx={{ ml: "auto" }} />;
  const name = <Skeleton width={160} height={52} />;
  const cells = { vault: name, navPerShare: cell, past: cell, volatility: cell, assets: cell, forecast: cell };
  return Array.from({ length: count }, (_, index) => ({ id: String(index), cells: { ...cells, weight: cell } }));
};

export const VaultsPage = () => {
  const { m, f } = useText();
  const { config } = useApp();
  const read = useVaults();
  const { data: vaults, refetch } = read;
  const unread = useUnread(read);
  const { data: pasts } = usePasts(vaults);
  const isWide = useMediaQuery(useTheme().breakpoints.up("md"), { noSsr: true });
  const text = m.vault.list;
  usePageTitle(text.title);

  const deployed = config.chains.flatMap(({ deployment }) => deployment.vaults).length;
  const rows =
    vaults === undefined
      ? loadingRows(deployed)
      : bySize(vaults).map((vault): VaultRow => {
          const past = pasts?.find(({ id }) => id === vault.id);
          return { id: vault.id, cells: vaultCells({ vault, past, m, f }) };
        });
  return (
    <>
      <Typography component="h1" variant="h3">
        {text.title}
      </Typography>
      <Typography sx={{ color: "text.secondary", mb: 3 }}>{text.lead}</Typography>
      {unread && <ErrorNotice error={unread} retry={() => void refetch()} />}
      {vaults?.length === 0 && <Notice tone="quiet">{text.empty}</Notice>}
      {unread === null && rows.length > 0 && (
        <Box aria-busy={vaults === undefined}>{isWide ? <VaultTable rows={rows} /> : <VaultCards rows={rows} />}</Box>
      )}
    </>
  );
};
