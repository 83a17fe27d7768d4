import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Skeleton from "@mui/material/Skeleton";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import Typography from "@mui/material/Typography";
import { Link as RouterLink } from "react-router";
import { ChangeText } from "../../components/ChangeText.tsx";
import { ErrorNotice, Notice } from "../../components/Notice.tsx";
import { usePageTitle } from "../../components/page-title.ts";
import type { Vault } from "../../data/vaults.ts";
import { exact, fixed, money, percent } from "../../format.ts";
import { signalPath, vaultPath } from "../../links.ts";
import { sinceStart } from "./model.ts";
import { StateChip } from "./StateChip.tsx";
import { useVaults } from "./use-vault.ts";

const WIDE = { display: { xs: "none", sm: "table-cell" } } as const;
const COLUMNS = 6;

const VaultRow = ({ vault }: { vault: Vault }) => {
  const [position] = vault.positions;
  const growth = sinceStart(vault);
  return (
    <TableRow>
      <TableCell component="th" scope="row">
        <Link
          component={RouterLink}
          to={vaultPath(vault.chain, vault.address)}
          sx={{ fontWeight: 600, display: "block", py: 0.5 }}
        >
          {vault.name}
        </Link>
        <StateChip vault={vault} />
      </TableCell>
      <TableCell align="right" title={exact(vault.navPerShare, vault.baseDecimals)}>
        {fixed(vault.navPerShare, vault.baseDecimals, 4)}
        <Box sx={{ display: "block" }}>{growth && <ChangeText change={growth} />}</Box>
      </TableCell>
      <TableCell align="right" title={exact(vault.nav, vault.baseDecimals)} sx={WIDE}>
        {money(vault.nav, vault.baseDecimals, vault.baseSymbol)}
      </TableCell>
      <TableCell align="right" sx={WIDE}>
        {position?.feed.latest && (
          <Link component={RouterLink} to={signalPath(vault.chain, position.feed.feed)}>
            {percent(position.feed.latest.volatilityBps)}
          </Link>
        )}
      </TableCell>
      <TableCell align="right">
        {position === undefined ? "–" : `${percent(position.weightBps)} ${position.symbol}`}
      </TableCell>
      <TableCell align="right" sx={WIDE}>
        {position?.targetWeightBps == null ? "–" : percent(position.targetWeightBps)}
      </TableCell>
    </TableRow>
  );
};

export const VaultsPage = () => {
  usePageTitle("Vaults");
  const { data: vaults, error, refetch } = useVaults();
  return (
    <>
      <Typography component="h1" variant="h3">
        Vaults
      </Typography>
      <Typography sx={{ color: "text.secondary", mb: 3 }}>
        They trade on volatility forecasts that the chain itself has computed.
      </Typography>
      {error !== null && vaults === undefined && <ErrorNotice error={error} retry={() => void refetch()} />}
      {vaults?.length === 0 && (
        <Notice tone="quiet">No vault yet: they appear here once their first block is indexed.</Notice>
      )}
      {error === null && vaults?.length !== 0 && (
        <Box
          sx={{
            bgcolor: "background.paper",
            border: 1,
            borderColor: "divider",
            borderRadius: 1,
            overflowX: "auto",
            px: 1,
          }}
        >
          <Table aria-label="Vaults" sx={{ "& tr:last-of-type > *": { borderBottom: 0 } }}>
            <TableHead>
              <TableRow>
                <TableCell>Vault</TableCell>
                <TableCell align="right">NAV per share</TableCell>
                <TableCell align="right" sx={WIDE}>
                  NAV
                </TableCell>
                <TableCell align="right" sx={WIDE}>
                  Forecast
                </TableCell>
                <TableCell align="right">Holds</TableCell>
                <TableCell align="right" sx={WIDE}>
                  Target
                </TableCell>
              </TableRow>
            </TableHead>
            <TableBody>
              {vaults === undefined ? (
                <TableRow>
                  <TableCell colSpan={COLUMNS}>
                    <Skeleton height={40} />
                  </TableCell>
                </TableRow>
              ) : (
                vaults.map((vault) => <VaultRow key={vault.id} vault={vault} />)
              )}
            </TableBody>
          </Table>
        </Box>
      )}
    </>
  );
};
