import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useParams } from "react-router";
import { useApp } from "../../app-context.tsx";
import { CopyButton } from "../../components/CopyButton.tsx";
import { NotFoundPage } from "../../components/NotFoundPage.tsx";
import { usePageTitle } from "../../components/page-title.ts";
import type { ChainConfig } from "../../config.ts";
import { shortHex } from "../../format.ts";
import type { ChainFact } from "../../links.ts";
import { useText } from "../../messages/text.tsx";
import { AddressView } from "./AddressView.tsx";
import { BlockView } from "./BlockView.tsx";
import { askedFact } from "./model.ts";
import { TransactionView } from "./TransactionView.tsx";

type FactProps = { chain: ChainConfig; fact: ChainFact };

const FactTitle = ({ chain, fact: { kind, value } }: FactProps) => {
  const { m, f } = useText();
  const isHeight = kind === "block" && !value.startsWith("0x");
  const title = m.explorer.kinds[kind];
  usePageTitle(`${title} ${isHeight ? f.count(Number(value)) : shortHex(value)}`);
  return (
    <div>
      <Typography component="h1" variant="h3">
        {title}
        {isHeight && ` ${f.count(Number(value))}`}
      </Typography>
      <Box sx={{ color: "text.secondary", overflowWrap: "anywhere" }}>
        {!isHeight && (
          <>
            {value}
            <CopyButton value={value} noun={m.shell.nouns[kind]} />{" "}
          </>
        )}
        {m.explorer.onChain(chain.id)}
      </Box>
    </div>
  );
};

const FactView = ({ chain, fact }: FactProps) => {
  switch (fact.kind) {
    case "transaction":
      return <TransactionView chain={chain} hash={fact.value} />;
    case "block":
      return <BlockView chain={chain} block={fact.value} />;
    case "address":
      return <AddressView chain={chain} address={fact.value} />;
  }
};

/** What a chain without a public explorer says about one transaction, block or address. */
export const ExplorerPage = () => {
  const { config } = useApp();
  const { m } = useText();
  const { chain = "", kind = "", value = "" } = useParams();
  const asked = askedFact(config, { chain, kind, value });
  if (asked.kind === "no-page") return <NotFoundPage />;
  if (asked.kind === "invalid") return <NotFoundPage what={m.explorer.invalid[asked.what]} />;
  return (
    <Box
      key={`${asked.chain.id}${asked.fact.value}`}
      sx={{ display: "grid", gap: 2, gridTemplateColumns: "minmax(0, 1fr)" }}
    >
      <FactTitle chain={asked.chain} fact={asked.fact} />
      <FactView chain={asked.chain} fact={asked.fact} />
    </Box>
  );
};
