import Box from "@mui/material/Box";
import { useEffect, useRef, useState } from "react";
import { useApp } from "../../app-context.tsx";
import { Notice } from "../../components/Notice.tsx";
import { readSentence } from "../../components/read-sentence.ts";
import type { ChainConfig } from "../../config.ts";
import type { Head } from "../../data/heads.ts";
import { utcTime } from "../../format.ts";
import { useText } from "../../messages/text.tsx";
import { pageWidth } from "../../tokens.ts";
import { UpdateNotice } from "../offline/UpdateNotice.tsx";
import { useFreshness, useHead, useIndexerState } from "./network-status.tsx";

const BACK_MS = 6_000;

/** The block that everything on the page is as old as. */
const useKnownAt = (head: Head | undefined): string => {
  const { m, f } = useText();
  return head === undefined ? "" : ` ${m.shell.knownAt(f.count(head.height), utcTime(head.timestamp))}`;
};

const IndexerNotice = ({ head }: { head: Head | undefined }) => {
  const { config } = useApp();
  const { m } = useText();
  const state = useIndexerState();
  const knownAt = useKnownAt(head);
  switch (state.kind) {
    case "offline":
      return <Notice tone="attention">{m.shell.offline + knownAt}</Notice>;
    case "away":
      return <Notice tone="attention">{m.shell.away(config.graphql) + knownAt}</Notice>;
    case "failing":
      return <Notice tone="attention">{readSentence(m, state.error) + knownAt}</Notice>;
    case "connecting":
    case "live":
      return null;
  }
};

/** Says for a moment how much was missed. */
const BackNotice = ({ head }: { head: Head | undefined }) => {
  const { m, f } = useText();
  const { kind } = useIndexerState();
  const lostAt = useRef<number | undefined>(undefined);
  const [missed, setMissed] = useState<number | undefined>(undefined);
  const height = head?.height;

  useEffect(() => {
    const isLost = kind === "offline" || kind === "away" || kind === "failing";
    if (isLost) lostAt.current ??= height;
    if (kind !== "live" || height === undefined || lostAt.current === undefined || height === lostAt.current) return;
    setMissed(height - lostAt.current);
    lostAt.current = undefined;
  }, [kind, height]);

  useEffect(() => {
    if (missed === undefined) return;
    const timer = setTimeout(() => setMissed(undefined), BACK_MS);
    return () => clearTimeout(timer);
  }, [missed]);

  return missed === undefined || missed <= 0 ? null : (
    <Notice tone="quiet">{m.shell.back(missed, f.count(missed))}</Notice>
  );
};

const ChainNotice = ({ chain }: { chain: ChainConfig }) => {
  const { m } = useText();
  const state = useFreshness(chain.id, chain.rpc);
  const knownAt = useKnownAt(useHead(chain.id));
  if (state.kind === "live") return null;
  const sentence = state.kind === "stale" ? m.shell.stale(state.behind, chain.id) : m.shell.nodeAway(chain.id);
  return <Notice tone="attention">{state.kind === "stale" ? sentence + knownAt : sentence}</Notice>;
};

/** What a reader must know about the data before reading it. */
export const NetworkBanner = () => {
  const { config } = useApp();
  const { kind } = useIndexerState();
  const head = useHead(config.chains[0]?.id ?? 0);
  return (
    <Box
      sx={{
        maxWidth: pageWidth,
        mx: "auto",
        px: { xs: 2, md: 3 },
        display: "grid",
        gap: 1,
        "&:not(:empty)": { pt: 2 },
        width: "100%",
        boxSizing: "border-box",
      }}
    >
      <UpdateNotice />
      <IndexerNotice head={head} />
      <BackNotice head={head} />
      {kind !== "offline" &&
        kind !== "away" &&
        config.chains.map((chain) => <ChainNotice key={chain.id} chain={chain} />)}
    </Box>
  );
};
