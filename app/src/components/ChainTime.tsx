import { useAwaitsHeads } from "../features/network-status/network-status.tsx";
import { isoTime, utcTime } from "../format.ts";
import { useText } from "../messages/text.tsx";

type ChainTimeProps = { at: bigint; now: bigint | undefined };

/** A time of the chain, relative to the chain's present where that is known; the exact time on hover. */
export const ChainTime = ({ at, now }: ChainTimeProps) => {
  const { f } = useText();
  const isComing = useAwaitsHeads();
  const absolute = isComing ? "…" : utcTime(at);
  return (
    <time dateTime={isoTime(at)} title={utcTime(at)}>
      {now === undefined ? absolute : f.relative(at, now)}
    </time>
  );
};
