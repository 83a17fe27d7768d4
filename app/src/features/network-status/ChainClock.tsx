import Box from "@mui/material/Box";
import { useApp } from "../../app-context.tsx";
import { isoTime, utcTime } from "../../format.ts";
import { useText } from "../../messages/text.tsx";
import { useHead, useIndexerState } from "./network-status.tsx";

const DOT = { width: 8, height: 8, borderRadius: "50%", border: 1, flexShrink: 0 } as const;

/** The time every other time on the page is relative to, and whether it is moving. */
export const ChainClock = () => {
  const { config } = useApp();
  const { m, f } = useText();
  const head = useHead(config.chains[0]?.id ?? 0);
  const isLive = useIndexerState().kind === "live";
  if (head === undefined) return null;
  return (
    <Box
      title={m.shell.chainTime(head.height, head.chain)}
      sx={{
        display: "flex",
        alignItems: "center",
        gap: 1,
        color: "text.secondary",
        typography: "body2",
        whiteSpace: "nowrap",
      }}
    >
      <Box
        component="span"
        aria-hidden
        sx={{ ...DOT, borderColor: "primary.main", bgcolor: isLive ? "primary.main" : "transparent" }}
      />
      {!isLive && (
        <Box component="strong" sx={{ fontWeight: 600 }}>
          {m.shell.old}
        </Box>
      )}
      <time dateTime={isoTime(head.timestamp)}>{utcTime(head.timestamp)}</time>
      <Box component="span" sx={{ display: { xs: "none", sm: "inline" } }}>
        {m.shell.block(f.count(head.height))}
      </Box>
    </Box>
  );
};
