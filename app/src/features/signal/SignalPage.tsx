import Box from "@mui/material/Box";
import { useParams, useSearchParams } from "react-router";
import { useApp } from "../../app-context.tsx";
import { LaterPanel } from "../../components/Later.tsx";
import { STACK, TWO_TO_ONE } from "../../components/layout.ts";
import { NotFoundPage } from "../../components/NotFoundPage.tsx";
import { ErrorNotice } from "../../components/Notice.tsx";
import { usePageTitle } from "../../components/page-title.ts";
import type { FeedAnswer, RoundAnswer } from "../../data/signals.ts";
import { useUnread } from "../../data/use-unread.ts";
import { type FoundFeed, findFeed } from "../../links.ts";
import { useText } from "../../messages/text.tsx";
import { useChainNow } from "../network-status/network-status.tsx";
import { FeaturesPanel } from "./FeaturesPanel.tsx";
import { HonestyPanels } from "./HonestyPanels.tsx";
import { IntegratePanel } from "./IntegratePanel.tsx";
import { ModelPanel } from "./ModelPanel.tsx";
import { OutlookPanel } from "./OutlookPanel.tsx";
import { ProofPanel } from "./ProofPanel.tsx";
import { RoundNav } from "./RoundNav.tsx";
import { ScorePanel } from "./ScorePanel.tsx";
import { SignalTitle } from "./SignalTitle.tsx";
import { StateNotices } from "./StateNotices.tsx";
import { TradesPanel } from "./TradesPanel.tsx";
import { TrustPanel } from "./TrustPanel.tsx";
import { useHonesty } from "./use-honesty.ts";
import { useProof } from "./use-proof.ts";
import { useFeed, useMaxAge, useOutlooks, useRound } from "./use-signal.ts";

type BodyProps = {
  found: FoundFeed;
  answer: FeedAnswer | undefined;
  data: RoundAnswer | undefined;
  chosen: number | undefined;
};

/** Proof and history before details: the first screen says whether the number holds, and how such numbers did. */
const SignalBody = ({ found, answer, data, chosen }: BodyProps) => {
  const feed = answer?.feed ?? undefined;
  const round = data?.round ?? undefined;
  const now = useChainNow(found.chain.id);
  const proving = useProof(found, feed, round);
  const { data: rows } = useOutlooks(found, feed?.horizon);
  const honesty = useHonesty(rows, feed?.horizon);
  return (
    <>
      <Box sx={TWO_TO_ONE}>
        <Box sx={STACK}>
          <ProofPanel found={found} proving={proving} periodsPerYear={feed?.market.periodsPerYear} />
          <OutlookPanel found={found} rows={rows} chosen={chosen} />
          <LaterPanel phone={1020} laptop={603}>
            <FeaturesPanel feed={feed} round={round} previous={data?.previous[0]} proof={proving.proof} />
          </LaterPanel>
        </Box>
        <Box sx={STACK}>
          <ModelPanel found={found} feed={feed} round={round} proving={proving} />
          <LaterPanel phone={533} laptop={533}>
            <ScorePanel scores={honesty.scores} isLoading={honesty.isLoading} horizon={feed?.horizon} />
          </LaterPanel>
          <LaterPanel phone={80} laptop={80}>
            <TradesPanel chain={found.chain.id} trades={data?.trades} />
          </LaterPanel>
          <LaterPanel phone={309} laptop={309}>
            <TrustPanel found={found} feed={feed} round={round} signerSets={answer?.signerSets} now={now} />
          </LaterPanel>
        </Box>
      </Box>
      <LaterPanel phone={970} laptop={497}>
        <HonestyPanels {...honesty} />
      </LaterPanel>
    </>
  );
};

type SignalViewProps = { found: FoundFeed; chosen: number | undefined };

/** One round of a feed: its number, the proof of it and how well such numbers did. Without a round, the newest. */
const SignalView = ({ found, chosen }: SignalViewProps) => {
  const { m } = useText();
  usePageTitle(m.signal.pageTitle(found.market.label));
  const { data: answer, error, refetch } = useFeed(found);
  const feed = answer?.feed ?? undefined;
  const wanted = chosen ?? feed?.lastRound;
  const { data, error: roundError, refetch: refetchRound } = useRound(found, wanted);
  const now = useChainNow(found.chain.id);
  const maxAge = useMaxAge(found);

  const feedFailure = useUnread({ data: answer, error });
  const roundFailure = useUnread({ data, error: roundError });

  if (feedFailure !== null) return <ErrorNotice error={feedFailure} retry={() => void refetch()} />;
  if (roundFailure !== null) return <ErrorNotice error={roundFailure} retry={() => void refetchRound()} />;

  const round = data?.round ?? undefined;
  const newer = data?.next[0]?.round;
  const isMissing = chosen !== undefined && data?.round === null;
  const isSilent = answer !== undefined && (feed === undefined || feed.lastRound === 0);
  const shared = { found, feed, round, maxAge, now, isSilent };
  return (
    <Box sx={STACK}>
      <SignalTitle
        {...shared}
        newer={newer}
        nav={
          data && (
            <RoundNav found={found} older={data.previous[0]?.round} newer={newer} isFollowing={chosen === undefined} />
          )
        }
      />
      <StateNotices {...shared} missing={isMissing ? chosen : undefined} isNewest={newer === undefined} />
      {!isSilent && !isMissing && <SignalBody found={found} answer={answer} data={data} chosen={chosen} />}
      <LaterPanel phone={800} laptop={371}>
        <IntegratePanel found={found} maxAge={maxAge} />
      </LaterPanel>
    </Box>
  );
};

export const SignalPage = () => {
  const { config } = useApp();
  const { m } = useText();
  const { feed = "", round } = useParams();
  const [search] = useSearchParams();
  const found = findFeed(config, feed, search.get("chain"));
  if (found === undefined) return <NotFoundPage what={m.signal.noFeed(feed)} />;
  if (round !== undefined && !/^[1-9]\d{0,8}$/.test(round)) return <NotFoundPage what={m.signal.noRound(round)} />;
  return (
    <SignalView
      key={`${found.chain.id}${feed}`}
      found={found}
      chosen={round === undefined ? undefined : Number(round)}
    />
  );
};
