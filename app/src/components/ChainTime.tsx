import { isoTime, utcTime } from "../format.ts";
import { useText } from "../messages/text.tsx";

type ChainTimeProps = { at: bigint; now: bigint | undefined };

/** A time of the chain, relative to the chain's present; the exact time on hover. */
export const ChainTime = ({ at, now }: ChainTimeProps) => {
  const { f } = useText();
  return (
    <time dateTime={isoTime(at)} title={utcTime(at)}>
      {now === undefined ? utcTime(at) : f.relative(at, now)}
    </time>
  );
};
