import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import { useColorScheme } from "@mui/material/styles";
import { Link as RouterLink } from "react-router";
import { ChainClock } from "../features/network-status/ChainClock.tsx";
import { pageWidth } from "../tokens.ts";

const NEXT = { system: "light", light: "dark", dark: "system" } as const;
const LABEL = { system: "Auto", light: "Light", dark: "Dark" } as const;

const ThemeButton = () => {
  const { mode = "system", setMode } = useColorScheme();
  return (
    <Button
      size="small"
      color="inherit"
      onClick={() => setMode(NEXT[mode])}
      aria-label={`Theme: ${LABEL[mode]}. Switch to ${LABEL[NEXT[mode]]}`}
      sx={{ minWidth: 64, fontWeight: 400, color: "text.secondary" }}
    >
      {LABEL[mode]}
    </Button>
  );
};

export const Header = () => (
  <Box component="header" sx={{ bgcolor: "background.paper", borderBottom: 1, borderColor: "divider" }}>
    <Box
      sx={{
        maxWidth: pageWidth,
        mx: "auto",
        px: { xs: 2, md: 3 },
        height: 56,
        display: "flex",
        alignItems: "center",
        gap: 2,
      }}
    >
      <Box component="nav" aria-label="Main" sx={{ flexGrow: 1, display: "flex" }}>
        <Link
          component={RouterLink}
          to="/"
          color="text.primary"
          sx={{ fontWeight: 650, display: "inline-flex", alignItems: "center", gap: 1, whiteSpace: "nowrap" }}
        >
          <img src="/icon.svg" alt="" width={24} height={24} />
          AIBOT IYI
        </Link>
      </Box>
      <ChainClock />
      <ThemeButton />
    </Box>
  </Box>
);
