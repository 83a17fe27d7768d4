import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { Link as RouterLink } from "react-router";
import { ChainTime } from "../../components/ChainTime.tsx";
import type { Feed, Round } from "../../data/signals.ts";
import { percent, utcTime } from "../../format.ts";
import { type FoundFeed, signalPath } from "../../links.ts";
import { levelName } from "./model.ts";
import { Validity } from "./Validity.tsx";

type SignalTitleProps = {
  found: FoundFeed;
  feed: Feed | undefined;
  round: Round | undefined;
  isNewest: boolean;
  now: bigint | undefined;
};

const Neighbours = ({ found, feed, round, isNewest }: Omit<SignalTitleProps, "now">) => {
  if (round === undefined || feed === undefined) return null;
  const to = (target: number) => signalPath(found.chain.id, found.market.feed, target);
  return (
    <Box component="nav" aria-label="Rounds" sx={{ display: "flex", gap: 2, typography: "body2" }}>
      {round.round > 1 && (
        <Link component={RouterLink} to={to(round.round - 1)}>
          ‹ round {round.round - 1}
        </Link>
      )}
      {round.round < feed.lastRound && (
        <Link component={RouterLink} to={to(round.round + 1)}>
          round {round.round + 1} ›
        </Link>
      )}
      {!isNewest && (
        <Link component={RouterLink} to={signalPath(found.chain.id, found.market.feed)}>
          newest
        </Link>
      )}
    </Box>
  );
};

export const SignalTitle = (props: SignalTitleProps) => {
  const { found, feed, round, now } = props;
  return (
    <Box
      sx={{
        display: "flex",
        flexWrap: "wrap",
        justifyContent: "space-between",
        alignItems: "end",
        columnGap: 4,
        rowGap: 1,
      }}
    >
      <Box>
        <Typography component="h1" variant="h1">
          {found.market.label} volatility{round === undefined ? "" : ` · round ${round.round}`}
        </Typography>
        <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 2, alignItems: "baseline", minHeight: 34 }}>
          {round === undefined ? (
            feed?.lastRound !== 0 && <Skeleton width={160} height={34} />
          ) : (
            <>
              <Typography component="p" variant="h3" title={`log2Q32 = ${round.value}`}>
                {percent(round.volatilityBps)}/yr
              </Typography>
              <span>
                over the next {feed?.horizon ?? "…"} candles · {levelName(round.level)}
              </span>
            </>
          )}
        </Box>
      </Box>
      <Box
        sx={{
          color: "text.secondary",
          typography: "body2",
          display: "grid",
          gap: 0.5,
          justifyItems: { xs: "start", md: "end" },
        }}
      >
        {round && (
          <span>
            from the candle closed {utcTime(round.closedAt)}, <ChainTime at={round.closedAt} now={now} />
          </span>
        )}
        {round && feed && <Validity found={found} feed={feed} round={round} />}
        <Neighbours {...props} />
      </Box>
    </Box>
  );
};
