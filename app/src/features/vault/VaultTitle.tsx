import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { ChangeText } from "../../components/ChangeText.tsx";
import { Hash } from "../../components/Hash.tsx";
import type { Vault } from "../../data/vaults.ts";
import { exact, fixed, money } from "../../format.ts";
import type { FoundVault } from "../../links.ts";
import { marketSinceStart, sinceStart } from "./model.ts";
import { StateChip } from "./StateChip.tsx";

type VaultTitleProps = { found: FoundVault; vault: Vault | undefined };

/** The vault's name and its one number: what a share is worth. */
export const VaultTitle = ({ found, vault }: VaultTitleProps) => {
  const growth = vault && sinceStart(vault);
  const market = vault && marketSinceStart(vault);
  return (
    <Box
      sx={{
        display: "flex",
        flexWrap: "wrap",
        justifyContent: "space-between",
        alignItems: "end",
        columnGap: 4,
        rowGap: 1,
      }}
    >
      <Box>
        <Typography
          component="h1"
          variant="h1"
          sx={{ display: "flex", flexWrap: "wrap", gap: 1, alignItems: "baseline" }}
        >
          {found.vault.name}
          {vault && <StateChip vault={vault} />}
        </Typography>
        <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 2, alignItems: "baseline", minHeight: 34 }}>
          {vault === undefined ? (
            <Skeleton width={180} height={34} />
          ) : (
            <>
              <Typography
                component="p"
                variant="h3"
                title={`${exact(vault.navPerShare, vault.baseDecimals)} ${vault.baseSymbol} per share`}
              >
                {fixed(vault.navPerShare, vault.baseDecimals, 4)}
              </Typography>
              <span>{vault.baseSymbol} per share</span>
              {growth && (
                <span>
                  <ChangeText change={growth} /> since start
                </span>
              )}
            </>
          )}
        </Box>
      </Box>
      <Box sx={{ color: "text.secondary", typography: "body2", display: "flex", flexWrap: "wrap", columnGap: 2 }}>
        {vault && market && (
          <span>
            {vault.positions[0]?.symbol} alone <ChangeText change={market} />
          </span>
        )}
        {vault && (
          <span title={exact(vault.nav, vault.baseDecimals)}>
            NAV {money(vault.nav, vault.baseDecimals, vault.baseSymbol)}
          </span>
        )}
        <span>
          vault <Hash value={found.vault.address} noun="vault address" />
        </span>
      </Box>
    </Box>
  );
};
