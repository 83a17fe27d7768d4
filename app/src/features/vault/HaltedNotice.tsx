import { ChainTime } from "../../components/ChainTime.tsx";
import { Notice } from "../../components/Notice.tsx";
import type { Vault } from "../../data/vaults.ts";

const REASON: Record<string, string> = {
  TooFewSources: "too few price sources are fresh",
  Disagreement: "its price sources disagree",
};

export const HaltedNotice = ({ vault, now }: { vault: Vault; now: bigint | undefined }) => {
  const halted = vault.positions.map(({ market }) => market).find((market) => market.halted !== "None");
  if (halted === undefined) return null;
  return (
    <Notice tone="alarm">
      {halted.market} is halted: {REASON[halted.halted] ?? halted.halted}. Its last price is from{" "}
      <ChainTime at={halted.priceAt} now={now} />. Deposits, redeeming and trading wait; leaving in kind still works.
    </Notice>
  );
};
