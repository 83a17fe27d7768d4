import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useApp } from "../../app-context.tsx";
import { HALVES, STACK } from "../../components/layout.ts";
import { Notice } from "../../components/Notice.tsx";
import { usePageTitle } from "../../components/page-title.ts";
import { useText } from "../../messages/text.tsx";
import { useHeads } from "../network-status/network-status.tsx";
import { AttentionPanel } from "./AttentionPanel.tsx";
import { attentionOf, type ChainView } from "./attention.ts";
import { ChainsPanel } from "./ChainsPanel.tsx";
import { chainState } from "./chain-model.ts";
import { KeepersPanel } from "./KeepersPanel.tsx";
import { MarketsPanel } from "./MarketsPanel.tsx";
import { NodesPanel } from "./NodesPanel.tsx";
import { ServicesPanel } from "./ServicesPanel.tsx";
import { useChainLooks, useMarketViews, useNetwork, useServices } from "./use-network.ts";

/** The operator's screen: is everything healthy, and what did it earn? */
export const NetworkPage = () => {
  const { config } = useApp();
  const { m } = useText();
  usePageTitle(m.shell.network);
  const heads = useHeads();
  const headOf = (chain: number) => heads?.find((head) => head.chain === chain);
  const nowOf = (chain: number) => headOf(chain)?.timestamp;
  const { data: network, error } = useNetwork();
  const { data: services = [], error: servicesError } = useServices();
  const looks = useChainLooks(config.chains);
  const markets = useMarketViews(network?.markets ?? [], nowOf);

  const chains = config.chains.flatMap(({ id }, index): ChainView[] => {
    const state = chainState(id, looks[index], heads);
    return state === undefined ? [] : [{ id, state }];
  });
  const isLooking = network === undefined || chains.length < config.chains.length;
  const priced = markets.filter(({ market }) => market.price > 0n).length;
  const well = m.network.allWell(
    priced === 0 ? m.network.noMarkets : m.network.marketsWell(priced),
    services.length === 0 ? "" : m.network.servicesWell(services.length),
  );
  const views = network && markets;
  const isLost = error !== null && network === undefined;
  const nodes = !isLost && <NodesPanel sets={network?.signerSets} nowOf={nowOf} />;
  return (
    <Box sx={STACK}>
      <div>
        <Typography component="h1" variant="h3">
          {m.shell.network}
        </Typography>
        <Typography sx={{ color: "text.secondary" }}>{m.network.lead}</Typography>
      </div>
      <AttentionPanel items={attentionOf({ markets, chains, services })} well={isLooking ? undefined : well} />
      {isLost && <Notice tone="alarm">{m.network.notIndexed}</Notice>}
      <Box sx={HALVES}>
        {!isLost && (
          <Box sx={STACK}>
            <MarketsPanel views={views} nowOf={nowOf} />
            {services.length > 0 && nodes}
          </Box>
        )}
        {services.length > 0 ? <ServicesPanel services={services} isUnasked={servicesError !== null} /> : nodes}
      </Box>
      <ChainsPanel looks={looks} heads={heads} />
      {!isLost && <KeepersPanel network={network} nowOf={nowOf} />}
    </Box>
  );
};
