import { feedId } from "@aibot/kit/ids";
import Box from "@mui/material/Box";
import { ChainLink } from "../../components/ChainLink.tsx";
import { CopyButton } from "../../components/CopyButton.tsx";
import { Facts } from "../../components/Facts.tsx";
import { Hash } from "../../components/Hash.tsx";
import { Panel } from "../../components/Panel.tsx";
import type { FoundFeed } from "../../links.ts";
import { useText } from "../../messages/text.tsx";
import { castCommand, soliditySnippet } from "./integration.ts";

const DEFAULT_MAX_AGE = 6n * 86_400n; // where no vault reads the feed: that of the example

const Snippet = ({ title, code }: { title: string; code: string }) => {
  const { m } = useText();
  return (
    <Box sx={{ minWidth: 0 }}>
      <Box sx={{ display: "flex", justifyContent: "space-between", typography: "body2", color: "text.secondary" }}>
        {title}
        <span>
          <CopyButton value={code} noun={m.signal.integrate.copyNoun} />
        </span>
      </Box>
      <Box
        component="pre"
        tabIndex={0}
        role="region"
        aria-label={title}
        sx={{
          m: 0,
          p: 1.5,
          border: 1,
          borderColor: "divider",
          borderRadius: 1,
          bgcolor: "background.default",
          typography: "body2",
          fontFamily: "ui-monospace, Menlo, Consolas, monospace",
          overflowX: "auto",
        }}
      >
        {code}
      </Box>
    </Box>
  );
};

/** For whoever wants this number in a contract. */
export const IntegratePanel = ({ found, maxAge }: { found: FoundFeed; maxAge: bigint | undefined }) => {
  const { m, f } = useText();
  const { chain, market } = found;
  const { signalFeed, priceBook, modelRegistry } = chain.deployment.contracts;
  const text = m.signal.integrate;
  const feed = feedId(market.feed);
  const age = maxAge ?? DEFAULT_MAX_AGE;
  const contract = (value: string) => <ChainLink chain={chain.id} kind="address" value={value} />;
  return (
    <Panel title={text.title}>
      <Box
        sx={{
          display: "grid",
          columnGap: 3,
          rowGap: 2,
          gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "minmax(0, 1fr) minmax(0, 1fr)" },
        }}
      >
        <Box sx={{ display: "grid", gap: 2, alignContent: "start", gridTemplateColumns: "minmax(0, 1fr)" }}>
          <div>{text.explained}</div>
          <Snippet title={text.snippet} code={soliditySnippet(age)} />
          <Snippet title={text.command} code={castCommand({ rpc: chain.rpc, signalFeed, feed, maxAge: age })} />
        </Box>
        <Box sx={{ display: "grid", gap: 2, alignContent: "start" }}>
          <Facts
            facts={[
              { label: text.feedId, value: <Hash value={feed} noun={text.feedIdNoun} /> },
              { label: text.signalFeed, value: contract(signalFeed) },
              { label: text.priceBook, value: contract(priceBook) },
              { label: text.registry, value: contract(modelRegistry) },
              {
                label: text.maxAge,
                value:
                  maxAge === undefined ? text.maxAgeFree : text.maxAgeOf(f.duration(maxAge), f.fixed(maxAge, 0, 0)),
              },
              { label: text.levels, value: text.levelsOf },
              { label: text.value, value: text.valueOf },
            ]}
          />
          <Box sx={{ typography: "body2", color: "text.secondary" }}>{text.example}</Box>
        </Box>
      </Box>
    </Panel>
  );
};
