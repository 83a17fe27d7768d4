import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";
import { Link as RouterLink } from "react-router";
import { ChainTime } from "../../components/ChainTime.tsx";
import type { Feed, Round } from "../../data/signals.ts";
import { utcTime } from "../../format.ts";
import { type FoundFeed, signalPath } from "../../links.ts";
import { Rich } from "../../messages/Rich.tsx";
import { useText } from "../../messages/text.tsx";
import { levelText } from "./levels.ts";
import { percentOf } from "./text.ts";

type SignalTitleProps = {
  found: FoundFeed;
  feed: Feed | undefined;
  round: Round | undefined;
  newer: number | undefined;
  maxAge: bigint | undefined;
  isSilent: boolean;
  now: bigint | undefined;
  nav: ReactNode;
};

type ValidityProps = Pick<SignalTitleProps, "found" | "newer" | "maxAge"> & { round: Round };

/** How long readers may use this number: the newest until it is replaced, and never longer than they accept. */
const Validity = ({ found, round, newer, maxAge }: ValidityProps) => {
  const { m, f } = useText();
  if (newer !== undefined) {
    const link = (
      <Link component={RouterLink} underline="always" to={signalPath(found.chain.id, found.market.feed, newer)}>
        {m.signal.roundName(newer)}
      </Link>
    );
    return <Rich text={m.signal.replaced} values={{ round: link }} />;
  }
  if (maxAge === undefined) return m.signal.valid;
  return m.signal.validAtMost(f.duration(maxAge), utcTime(round.closedAt + maxAge));
};

const Headline = ({ found, feed, round, newer, maxAge }: ValidityProps & Pick<SignalTitleProps, "feed">) => {
  const { m, f } = useText();
  return (
    <>
      <Typography component="p" variant="h3" title={`log2Q32 = ${round.value}`}>
        {m.signal.perYear(percentOf(f, round.value))}
      </Typography>
      <Box component="span" sx={{ fontWeight: 600 }}>
        {levelText(round.level)}
      </Box>
      <span>
        <Validity found={found} round={round} newer={newer} maxAge={maxAge} />
      </span>
      {feed && (
        <Box component="span" sx={{ color: "text.secondary" }}>
          {m.signal.ahead(f.count(feed.horizon))}
        </Box>
      )}
    </>
  );
};

/** How the forecast came out, once that is known. */
const Outcome = ({ round, horizon }: { round: Round; horizon: number }) => {
  const { m, f } = useText();
  const { realisedVolBps, naiveVolBps } = round;
  const yearly = (bps: number | null) => (bps === null ? "–" : m.signal.perYear(f.percent(bps)));
  return realisedVolBps === null
    ? m.signal.open(f.count(horizon))
    : m.signal.cameTo(yearly(realisedVolBps), yearly(naiveVolBps));
};

/** A line more than on larger ones; everything keeps the height it will have, so that nothing below moves. */
const smallTablet = "@media (min-width: 600px) and (max-width: 739px)";

/** The one number of the page, who computed it and how long it holds. */
export const SignalTitle = ({ round, now, nav, isSilent, ...rest }: SignalTitleProps) => {
  const { m } = useText();
  const { label } = rest.found.market;
  return (
    <Box sx={{ display: "grid", gap: 0.5 }}>
      <Box
        sx={{
          display: "flex",
          flexDirection: { xs: "column", sm: "row" }, // on a phone, both fit one row only while the round is not known
          flexWrap: "wrap",
          justifyContent: "space-between",
          alignItems: { xs: "start", sm: "baseline" },
          columnGap: 4,
          rowGap: 0.5,
        }}
      >
        <Typography component="h1" variant="h1">
          {round === undefined ? m.signal.title(label) : m.signal.titleOfRound(label, round.round)}
        </Typography>
        <Box sx={{ typography: "body2", color: "text.secondary", minHeight: 20 }}>{nav}</Box>
      </Box>
      <Box
        sx={{
          display: "flex",
          flexWrap: "wrap",
          columnGap: 2,
          alignItems: "baseline",
          minHeight: { xs: 127, sm: 57, md: 34 },
          [smallTablet]: { minHeight: 79 },
        }}
      >
        {round !== undefined ? <Headline round={round} {...rest} /> : !isSilent && <Skeleton width={240} height={34} />}
      </Box>
      <Box
        sx={{
          color: "text.secondary",
          typography: "body2",
          minHeight: { xs: 39, sm: 20 },
          [smallTablet]: { minHeight: 39 },
        }}
      >
        {round && (
          <Rich
            text={m.signal.closed(utcTime(round.closedAt))}
            values={{ ago: <ChainTime at={round.closedAt} now={now} /> }}
          />
        )}
        {round && rest.feed && (
          <>
            {". "}
            <Outcome round={round} horizon={rest.feed.horizon} />
          </>
        )}
      </Box>
    </Box>
  );
};
