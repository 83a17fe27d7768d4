import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import { Link as RouterLink } from "react-router";
import { useApp } from "../app-context.tsx";
import { shortHex } from "../format.ts";
import { type ChainFact, explanationOf } from "../links.ts";
import { useText } from "../messages/text.tsx";
import { CopyButton } from "./CopyButton.tsx";

type ChainLinkProps = ChainFact & { chain: number };

/** A transaction, block or address of a chain: a link to the page that explains it, and its full value to copy. */
export const ChainLink = ({ chain, kind, value }: ChainLinkProps) => {
  const { config } = useApp();
  const { m, f } = useText();
  const text = kind === "block" ? f.count(Number(value)) : shortHex(value);
  const noun = m.shell.nouns[kind];
  const { href, isOurs } = explanationOf(config, chain, { kind, value });
  return (
    <Box component="span" sx={{ whiteSpace: "nowrap" }}>
      <Link
        {...(isOurs ? { component: RouterLink, to: href } : { href, rel: "noreferrer" })}
        title={value}
        aria-label={`${m.shell.open(noun, value)}, ${text}`}
        color="inherit"
        underline="always"
      >
        {text}
      </Link>
      {kind !== "block" && <CopyButton value={value} noun={noun} />}
    </Box>
  );
};
