import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import { useApp } from "../app-context.tsx";
import { pageWidth } from "../tokens.ts";

/** Says what stands behind the numbers, on every page. */
export const Footer = () => {
  const { config } = useApp();
  const origins = [
    ...new Set(config.chains.flatMap(({ deployment }) => deployment.markets.flatMap((market) => market.origins))),
  ];
  const sources = origins.length === 1 ? "one source" : `${origins.length} sources`;
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
          {config.replay === undefined ? "" : "Local replay of past data, play money. "}
          Prices: {sources} ({origins.join(", ")}), reported by a quorum of nodes.
        </span>
        <span>
          Charts by{" "}
          <Link href="https://www.tradingview.com/" color="inherit" rel="noreferrer">
            TradingView Lightweight Charts™
          </Link>
        </span>
      </Box>
    </Box>
  );
};
