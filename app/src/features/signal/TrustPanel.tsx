import Box from "@mui/material/Box";
import { useApp } from "../../app-context.tsx";
import { Panel } from "../../components/Panel.tsx";
import type { Feed } from "../../data/signals.ts";
import type { FoundFeed } from "../../links.ts";

/** What a reader of this number has to believe. */
export const TrustPanel = ({ found, feed }: { found: FoundFeed; feed: Feed | undefined }) => {
  const { config } = useApp();
  const { origins } = found.market;
  const sources =
    origins.length === 1 ? `one source (${origins[0]})` : `${origins.length} sources (${origins.join(", ")})`;
  return (
    <Panel title="What you trust">
      <Box sx={{ display: "grid", gap: 1 }}>
        <div>The prices only: the chain computed features and forecast itself.</div>
        <div>
          They come from {sources} behind four nodes, three of whom must sign.
          {feed !== undefined && feed.market.minSources === 1 && " The market accepts a single price source."}
        </div>
        {config.replay !== undefined && <div>This is a local replay of past data, not a live market.</div>}
      </Box>
    </Panel>
  );
};
