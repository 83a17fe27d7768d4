import Box from "@mui/material/Box";
import { useApp } from "../../app-context.tsx";
import { Notice } from "../../components/Notice.tsx";
import type { ChainConfig } from "../../config.ts";
import { useText } from "../../messages/text.tsx";
import { pageWidth } from "../../tokens.ts";
import { useConnected, useFreshness } from "./network-status.tsx";

const StaleNotice = ({ chain }: { chain: ChainConfig }) => {
  const { m } = useText();
  const state = useFreshness(chain.id, chain.rpc);
  if (state.kind === "live") return null;
  return <Notice tone="attention">{m.shell.stale(state.behind, chain.id)}</Notice>;
};

/** What a reader must know about the data before reading it. */
export const NetworkBanner = () => {
  const { config } = useApp();
  const { m } = useText();
  const isConnected = useConnected();
  return (
    <Box
      sx={{
        maxWidth: pageWidth,
        mx: "auto",
        px: { xs: 2, md: 3 },
        display: "grid",
        gap: 1,
        "&:not(:empty)": { pt: 2 },
      }}
    >
      {isConnected === false && <Notice tone="attention">{m.shell.offline(config.graphql)}</Notice>}
      {isConnected !== false && config.chains.map((chain) => <StaleNotice key={chain.id} chain={chain} />)}
    </Box>
  );
};
