import { isoTime, relative, utcTime } from "../format.ts";

type ChainTimeProps = { at: bigint; now: bigint | undefined };

/** A time of the chain, relative to the chain's present; the exact time on hover. */
export const ChainTime = ({ at, now }: ChainTimeProps) => (
  <time dateTime={isoTime(at)} title={utcTime(at)}>
    {now === undefined ? utcTime(at) : relative(at, now)}
  </time>
);
