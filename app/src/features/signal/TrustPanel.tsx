import Box from "@mui/material/Box";
import { useApp } from "../../app-context.tsx";
import { ChainLink } from "../../components/ChainLink.tsx";
import { ChainTime } from "../../components/ChainTime.tsx";
import { Panel } from "../../components/Panel.tsx";
import { Sign } from "../../components/Sign.tsx";
import type { Feed, Round, SignerSet } from "../../data/signals.ts";
import type { FoundFeed } from "../../links.ts";
import { useText } from "../../messages/text.tsx";
import { levelOf, levelText } from "./levels.ts";

type Source = Feed["market"]["sourceStates"][number];
type SourceRowProps = { chain: number; source: Source; signers: SignerSet | undefined; now: bigint | undefined };

const SourceRow = ({ chain, source, signers, now }: SourceRowProps) => {
  const { m, f } = useText();
  const { address, kind, price, priceAt, isAgreeing } = source;
  const text = m.signal.trust;
  return (
    <li>
      <ChainLink chain={chain} kind="address" value={address} /> {text.kinds[kind] ?? text.kinds.other}:{" "}
      {price === null || priceAt === null ? (
        text.silentSource
      ) : (
        <>
          {f.price(price)}, <ChainTime at={priceAt} now={now} />
          {isAgreeing !== null && (
            <>
              , <Sign shape={isAgreeing ? "tick" : "cross"} />
              {isAgreeing ? text.agrees : text.disagrees}
            </>
          )}
        </>
      )}
      {signers && ` · ${text.quorum(signers.quorum, signers.signers.length)}`}
    </li>
  );
};

type TrustPanelProps = {
  found: FoundFeed;
  feed: Feed | undefined;
  round: Round | undefined;
  signerSets: readonly SignerSet[] | undefined;
  now: bigint | undefined;
};

/** What a reader of this number has to believe. */
export const TrustPanel = ({ found, feed, round, signerSets, now }: TrustPanelProps) => {
  const { config } = useApp();
  const { m } = useText();
  const text = m.signal.trust;
  const level = round && levelOf(round.level);
  const signersOf = ({ address }: Source) => signerSets?.find((set) => set.address === address);
  return (
    <Panel title={text.title}>
      <Box sx={{ display: "grid", gap: 1 }}>
        {round && <div>{level === undefined ? text.unknown(levelText(round.level)) : text.levels[level]}</div>}
        <div>{text.origins(found.market.origins.join(", "))}</div>
        {feed && (
          <div>
            {text.sources(feed.market.minSources)}
            <Box component="ul" sx={{ m: 0, pl: 2 }}>
              {feed.market.sourceStates.map((source) => (
                <SourceRow
                  key={source.address}
                  chain={found.chain.id}
                  source={source}
                  signers={signersOf(source)}
                  now={now}
                />
              ))}
            </Box>
          </div>
        )}
        {config.replay !== undefined && <div>{text.replay}</div>}
      </Box>
    </Panel>
  );
};
