import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import { useColorScheme } from "@mui/material/styles";
import { NavLink, Link as RouterLink } from "react-router";
import { ChainClock } from "../features/network-status/ChainClock.tsx";
import { localeNames, locales } from "../messages/locale.ts";
import { useText } from "../messages/text.tsx";
import { pageWidth } from "../tokens.ts";

const NEXT = { system: "light", light: "dark", dark: "system" } as const;

const QUIET = { minWidth: 44, px: 1, fontWeight: 400, color: "text.secondary" } as const;

const ThemeButton = () => {
  const { mode = "system", setMode } = useColorScheme();
  const { m } = useText();
  const { themes, switchTheme } = m.shell;
  return (
    <Button
      size="small"
      color="inherit"
      onClick={() => setMode(NEXT[mode])}
      aria-label={switchTheme(themes[mode], themes[NEXT[mode]])}
      sx={QUIET}
    >
      {themes[mode]}
    </Button>
  );
};

/** Names the other language in itself, so that whoever needs it can read it. */
const LanguageButton = () => {
  const { locale, setLocale } = useText();
  const next = locales[(locales.indexOf(locale) + 1) % locales.length] ?? "en";
  return (
    <Button
      size="small"
      color="inherit"
      lang={next}
      aria-label={localeNames[next]}
      onClick={() => setLocale(next)}
      sx={QUIET}
    >
      {next.toUpperCase()}
    </Button>
  );
};

const NAV_LINK = {
  color: "text.secondary",
  "&.active": { color: "text.primary", fontWeight: 600 },
} as const;

export const Header = () => {
  const { m } = useText();
  return (
    <Box component="header" sx={{ bgcolor: "background.paper", borderBottom: 1, borderColor: "divider" }}>
      <Box
        sx={{
          maxWidth: pageWidth,
          mx: "auto",
          px: { xs: 2, md: 3 },
          minHeight: 56,
          display: "flex",
          flexWrap: "wrap",
          alignItems: "center",
          columnGap: 2,
        }}
      >
        <Box
          component="nav"
          aria-label={m.shell.main}
          sx={{ flexGrow: 1, display: "flex", alignItems: "center", gap: 2 }}
        >
          <Link
            component={RouterLink}
            to="/"
            color="text.primary"
            sx={{ fontWeight: 650, display: "inline-flex", alignItems: "center", gap: 1, whiteSpace: "nowrap" }}
          >
            <img src="/icon.svg" alt="" width={24} height={24} />
            AIBOT IYI
          </Link>
          <Link component={NavLink} to="/" end sx={NAV_LINK}>
            {m.shell.vaults}
          </Link>
          <Link component={NavLink} to="/network" sx={NAV_LINK}>
            {m.shell.network}
          </Link>
        </Box>
        <ChainClock />
        <Box sx={{ display: "flex" }}>
          <LanguageButton />
          <ThemeButton />
        </Box>
      </Box>
    </Box>
  );
};
