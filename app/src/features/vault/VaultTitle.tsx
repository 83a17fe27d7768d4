import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { ChainLink } from "../../components/ChainLink.tsx";
import { ChangeText } from "../../components/ChangeText.tsx";
import { Marked } from "../../components/Marked.tsx";
import type { Vault } from "../../data/vaults.ts";
import { exact } from "../../format.ts";
import type { FoundVault } from "../../links.ts";
import { useText } from "../../messages/text.tsx";
import { narrow } from "../../tokens.ts";
import { marketSinceStart, sinceStart } from "./model.ts";
import { StateChip } from "./StateChip.tsx";

const ROW = { display: "flex", flexWrap: "wrap", columnGap: 2, alignItems: "baseline" } as const;

// Below each other where both may not fit, so that nothing moves when the numbers come.
const TITLE = {
  display: "flex",
  flexDirection: { xs: "column", lg: "row" },
  justifyContent: "space-between",
  alignItems: { xs: "start", lg: "end" },
  columnGap: 4,
  rowGap: 1,
} as const;

/** What a share is worth, and what became of it; a loss is as large as a gain. */
const ShareValue = ({ vault }: { vault: Vault }) => {
  const { m, f } = useText();
  const { navPerShare, baseDecimals, baseSymbol } = vault;
  const growth = sinceStart(vault);
  const market = marketSinceStart(vault);
  const symbol = vault.positions[0]?.symbol ?? "";
  return (
    <>
      <Typography component="p" variant="h3" title={m.vault.title.exact(exact(navPerShare, baseDecimals), baseSymbol)}>
        <Marked value={f.fixed(navPerShare, baseDecimals, 4)} />
      </Typography>
      <span>{m.vault.title.perShare(baseSymbol)}</span>
      {growth && (
        <span>
          <ChangeText change={growth} /> {m.vault.title.sinceStart}
        </span>
      )}
      {market && (
        <Box component="span" sx={{ color: "text.secondary" }}>
          {m.vault.title.alone(symbol)} <ChangeText change={market} />
        </Box>
      )}
    </>
  );
};

type VaultTitleProps = { found: FoundVault; vault: Vault | undefined };

/** The vault's name and its one number: what a share is worth. */
export const VaultTitle = ({ found, vault }: VaultTitleProps) => {
  const { m, f } = useText();
  return (
    <Box sx={TITLE}>
      <Box>
        <Typography component="h1" variant="h1" sx={{ ...ROW, gap: 1 }}>
          {found.vault.name}
          {vault && <StateChip vault={vault} />}
        </Typography>
        <Box sx={{ ...ROW, minHeight: { xs: 56, sm: 34 }, [narrow]: { minHeight: 79 } }}>
          {vault === undefined ? <Skeleton width={280} height={34} /> : <ShareValue vault={vault} />}
        </Box>
      </Box>
      <Box sx={{ ...ROW, color: "text.secondary", typography: "body2" }}>
        {vault === undefined ? (
          <Skeleton width={130} />
        ) : (
          <span title={exact(vault.nav, vault.baseDecimals)}>
            {m.vault.title.assets} <Marked value={f.money(vault.nav, vault.baseDecimals, vault.baseSymbol)} />
          </span>
        )}
        <span>
          {m.vault.title.contract} <ChainLink chain={found.chain.id} kind="address" value={found.vault.address} />
        </span>
      </Box>
    </Box>
  );
};
