import Box from "@mui/material/Box";
import { useParams, useSearchParams } from "react-router";
import { useApp } from "../../app-context.tsx";
import { NotFoundPage } from "../../components/NotFoundPage.tsx";
import { ErrorNotice, Notice } from "../../components/Notice.tsx";
import { usePageTitle } from "../../components/page-title.ts";
import { type FoundFeed, findFeed } from "../../links.ts";
import { useChainNow } from "../network-status/network-status.tsx";
import { FeaturesPanel } from "./FeaturesPanel.tsx";
import { ModelPanel } from "./ModelPanel.tsx";
import { OutlookPanel } from "./OutlookPanel.tsx";
import { ProofPanel } from "./ProofPanel.tsx";
import { SignalTitle } from "./SignalTitle.tsx";
import { TradesPanel } from "./TradesPanel.tsx";
import { TrustPanel } from "./TrustPanel.tsx";
import { useFeed, useProof, useRound } from "./use-signal.ts";

const TWO_COLUMNS = {
  display: "grid",
  gap: 2,
  gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "minmax(0, 2fr) minmax(0, 1fr)" },
  alignItems: "start",
} as const;
const COLUMN = { display: "grid", gap: 2, gridTemplateColumns: "minmax(0, 1fr)" } as const;

type SignalViewProps = { found: FoundFeed; chosen: number | undefined };

/** One round of a feed: its number, the proof of it and how well such numbers did. Without a round, the newest. */
const SignalView = ({ found, chosen }: SignalViewProps) => {
  usePageTitle(`${found.market.label} volatility`);
  const { data: feed, error, refetch } = useFeed(found);
  const wanted = chosen ?? feed?.lastRound;
  const { data, error: roundError, refetch: refetchRound } = useRound(found, wanted);
  const round = data?.round ?? undefined;
  const now = useChainNow(found.chain.id);
  const { proof, blob, error: blobError, retry } = useProof(found, feed ?? undefined, round);

  if (error !== null && feed === undefined) return <ErrorNotice error={error} retry={() => void refetch()} />;
  if (roundError !== null && data === undefined)
    return <ErrorNotice error={roundError} retry={() => void refetchRound()} />;
  const isMissing = chosen !== undefined && data?.round === null;
  const isSilent = feed === null || feed?.lastRound === 0;

  return (
    <Box sx={COLUMN}>
      <SignalTitle found={found} feed={feed ?? undefined} round={round} isNewest={chosen === undefined} now={now} />
      {isSilent && (
        <Notice tone="quiet">
          No forecast yet: the first appears when a candle has closed and the model ran on the chain.
        </Notice>
      )}
      {isMissing && (
        <Notice tone="attention">
          Round {chosen} was never published; a candle whose forecast comes too late is skipped for good.
        </Notice>
      )}
      {feed && feed.market.halted !== "None" && (
        <Notice tone="alarm">
          {feed.market.market} is halted: no new forecast until its price sources agree again.
        </Notice>
      )}
      <OutlookPanel found={found} horizon={feed?.horizon} chosen={chosen} />
      {!isSilent && !isMissing && (
        <Box sx={TWO_COLUMNS}>
          <Box sx={COLUMN}>
            <ProofPanel proof={proof} error={blobError} retry={retry} round={round} />
            <FeaturesPanel proof={proof} />
          </Box>
          <Box sx={COLUMN}>
            <ModelPanel proof={proof} blob={blob} round={round} />
            <TradesPanel chain={found.chain.id} trades={data?.trades} />
            <TrustPanel found={found} feed={feed ?? undefined} />
          </Box>
        </Box>
      )}
    </Box>
  );
};

export const SignalPage = () => {
  const { config } = useApp();
  const { feed = "", round } = useParams();
  const [search] = useSearchParams();
  const found = findFeed(config, feed, search.get("chain"));
  if (found === undefined) return <NotFoundPage what={`No feed has the name ${feed}.`} />;
  if (round !== undefined && !/^[1-9]\d{0,8}$/.test(round))
    return <NotFoundPage what={`${round} is not a round: rounds are numbered from 1.`} />;
  return (
    <SignalView
      key={`${found.chain.id}${feed}`}
      found={found}
      chosen={round === undefined ? undefined : Number(round)}
    />
  );
};
