import { ChainTime } from "../../components/ChainTime.tsx";
import { Notice } from "../../components/Notice.tsx";
import type { Feed, Round } from "../../data/signals.ts";
import type { FoundFeed } from "../../links.ts";
import { Rich } from "../../messages/Rich.tsx";
import { useText } from "../../messages/text.tsx";
import { readerOf } from "./use-signal.ts";

type StateNoticesProps = {
  found: FoundFeed;
  feed: Feed | undefined;
  round: Round | undefined;
  missing: number | undefined; // the round asked for that was never published
  isSilent: boolean;
  isNewest: boolean;
  maxAge: bigint | undefined;
  now: bigint | undefined;
};

const HaltedNotice = ({ market, now }: { market: Feed["market"]; now: bigint | undefined }) => {
  const { m, f } = useText();
  const why = m.signal.haltedWhy[market.halted] ?? market.halted;
  return (
    <Notice tone="alarm">
      <Rich
        text={m.signal.halted(market.market, why, f.price(market.price))}
        values={{ ago: <ChainTime at={market.priceAt} now={now} /> }}
      />
    </Notice>
  );
};

/** What a reader must know before trusting the page: nothing yet, never published, halted, too old. */
export const StateNotices = (props: StateNoticesProps) => {
  const { found, feed, round, missing, isSilent, isNewest, maxAge, now } = props;
  const { m, f } = useText();
  const isTooOld =
    isNewest && round !== undefined && maxAge !== undefined && now !== undefined && now > round.closedAt + maxAge;
  return (
    <>
      {isSilent && <Notice tone="quiet">{m.signal.silent}</Notice>}
      {missing !== undefined && <Notice tone="attention">{m.signal.missing(missing)}</Notice>}
      {feed && feed.market.halted !== "None" && <HaltedNotice market={feed.market} now={now} />}
      {isTooOld && <Notice tone="alarm">{m.signal.tooOld(f.duration(maxAge), readerOf(found)?.name ?? "")}</Notice>}
    </>
  );
};
