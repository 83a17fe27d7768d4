import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import { NavLink, Link as RouterLink } from "react-router";
import { ChainClock } from "../features/network-status/ChainClock.tsx";
import { useText } from "../messages/text.tsx";
import { pageWidth, target } from "../tokens.ts";
import { LanguageButton, ThemeButton } from "./Preferences.tsx";

/** One row on a laptop, a block of two on a phone: who and how above, where and when below. */
const BAR = {
  maxWidth: pageWidth,
  mx: "auto",
  px: { xs: 2, md: 3 },
  py: { xs: 0.5, md: 0 },
  minHeight: 56,
  display: "grid",
  alignItems: "center",
  columnGap: { xs: 1, md: 3 },
  gridTemplateColumns: { xs: "1fr auto", md: "auto 1fr auto auto" },
  gridTemplateAreas: { xs: '"brand choices" "pages clock"', md: '"brand pages clock choices"' },
} as const;

const PAGE = {
  color: "text.secondary",
  display: "inline-flex",
  alignItems: "center",
  minHeight: target.least + 8,
  borderBottom: "2px solid transparent",
  "&.active": { color: "text.primary", borderColor: "primary.main" },
} as const;

const BRAND = {
  gridArea: "brand",
  justifySelf: "start",
  minHeight: target.main,
  display: "inline-flex",
  alignItems: "center",
  gap: 1,
  fontWeight: 650,
  whiteSpace: "nowrap",
} as const;

export const Header = () => {
  const { m } = useText();
  return (
    <Box component="header" sx={{ bgcolor: "background.paper", borderBottom: 1, borderColor: "divider" }}>
      <Box sx={BAR}>
        <Link component={RouterLink} to="/" color="text.primary" underline="none" sx={BRAND}>
          <img src="/icon.svg" alt="" width={24} height={24} />
          AIBOT IYI
        </Link>
        <Box component="nav" aria-label={m.shell.main} sx={{ gridArea: "pages", display: "flex", gap: 2 }}>
          <Link component={NavLink} to="/" end underline="none" sx={PAGE}>
            {m.shell.vaults}
          </Link>
          <Link component={NavLink} to="/network" underline="none" sx={PAGE}>
            {m.shell.network}
          </Link>
        </Box>
        <Box sx={{ gridArea: "clock" }}>
          <ChainClock />
        </Box>
        <Box sx={{ gridArea: "choices", display: "flex", justifySelf: "end", mr: -1 }}>
          <LanguageButton />
          <ThemeButton />
        </Box>
      </Box>
    </Box>
  );
};
