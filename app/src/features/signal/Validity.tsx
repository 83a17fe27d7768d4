import type { VaultConfig } from "../../config.ts";
import type { Feed, Round } from "../../data/signals.ts";
import { duration, utcTime } from "../../format.ts";
import type { FoundFeed, FoundVault } from "../../links.ts";
import { useLimits } from "../vault/use-vault.ts";

type ValidityProps = { found: FoundFeed; feed: Feed; round: Round };

const LongestUse = ({ found, round }: { found: FoundVault; round: Round }) => {
  const { data: limits } = useLimits(found, 0);
  if (limits === undefined) return null;
  const age = BigInt(limits.maxSignalAge);
  return (
    <>
      , at most {duration(age)}, until {utcTime(round.closedAt + age)}
    </>
  );
};

/** How long readers may use this number: the newest until it is replaced, and never longer than they accept. */
export const Validity = ({ found, feed, round }: ValidityProps) => {
  if (round.round < feed.lastRound) return <span>replaced by round {round.round + 1}</span>;
  const reads = ({ positions }: VaultConfig) => positions.some((position) => position.feed === found.market.feed);
  const reader = found.chain.deployment.vaults.find(reads);
  return (
    <span>
      valid to the next close
      {reader && <LongestUse found={{ chain: found.chain, vault: reader }} round={round} />}
    </span>
  );
};
