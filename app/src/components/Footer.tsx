import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import { useApp } from "../app-context.tsx";
import { Rich } from "../messages/Rich.tsx";
import { useText } from "../messages/text.tsx";
import { pageWidth } from "../tokens.ts";

/** Says what stands behind the numbers, on every page. */
export const Footer = () => {
  const { config } = useApp();
  const { m } = useText();
  const origins = [
    ...new Set(config.chains.flatMap(({ deployment }) => deployment.markets.flatMap((market) => market.origins))),
  ];
  return (
    <Box component="footer" sx={{ borderTop: 1, borderColor: "divider", color: "text.secondary", typography: "body2" }}>
      <Box
        sx={{
          maxWidth: pageWidth,
          mx: "auto",
          p: { xs: 2, md: 3 },
          display: "flex",
          flexWrap: "wrap",
          gap: 2,
          justifyContent: "space-between",
        }}
      >
        <span>
          {config.replay === undefined ? "" : `${m.shell.replay} `}
          {m.shell.sources(origins.length, origins.join(", "))}
        </span>
        <span>
          <Rich
            text={m.shell.charts}
            values={{
              library: (
                <Link href="https://www.tradingview.com/" color="inherit" rel="noreferrer">
                  TradingView Lightweight Charts™
                </Link>
              ),
            }}
          />
        </span>
      </Box>
    </Box>
  );
};
