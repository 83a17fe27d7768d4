import Box from "@mui/material/Box";
import { Sign } from "../../components/Sign.tsx";
import type { Format } from "../../format.ts";
import { withUnit } from "../../format.ts";
import { type Messages, useText } from "../../messages/text.tsx";
import type { Attention } from "./attention.ts";

/** What is wrong and what to do, in one sentence or two. */
export const attentionText = (item: Attention, m: Messages["network"], f: Format): string => {
  switch (item.kind) {
    case "halted":
      return (
        item.reason === "TooFewSources" || item.reason === "Disagreement" ? m.halted[item.reason] : m.halted.other
      )(item.market);
    case "deviating":
      return m.deviating(m.markets.kinds[item.source], item.market, withUnit(f.fixed(item.bps, 0, 0), "bps"));
    case "gap":
      return m.gap(item.market, f.duration(item.seconds));
    case "chain":
      return m.chainAdvice[item.state](String(item.chain));
    case "service":
      return m.advice[item.advice];
  }
};

const ITEM = { py: 1, borderTop: 1, borderColor: "divider", overflowWrap: "anywhere" } as const;

const AttentionItem = ({ item }: { item: Attention }) => {
  const { m, f } = useText();
  const { states } = m.network.services;
  return (
    <Box component="li" id={item.id} tabIndex={-1} sx={ITEM}>
      {item.kind === "service" && (
        <Box component="span" sx={{ fontWeight: 600 }}>
          {item.name} · {states[item.status]}.{" "}
        </Box>
      )}
      {attentionText(item, m.network, f)}
      {item.kind === "service" && item.reasons.length > 0 && (
        <Box component="q" lang="en" sx={{ display: "block", color: "text.secondary", typography: "body2" }}>
          {item.reasons.join(" · ")}
        </Box>
      )}
    </Box>
  );
};

/** The first thing an operator reads: nothing to do, or what. */
export const AttentionPanel = ({ items, well }: { items: readonly Attention[]; well: string | undefined }) => {
  const { m } = useText();
  const isWell = items.length === 0;
  return (
    <Box
      component="section"
      aria-live="polite"
      sx={{
        bgcolor: "background.paper",
        border: 1,
        borderLeft: 4,
        borderColor: isWell ? "divider" : "error.main",
        borderRadius: 1,
        px: 2,
        py: 1.5,
      }}
    >
      <Box component="p" sx={{ m: 0, mb: isWell ? 0 : 1, fontWeight: 600, minHeight: { xs: "3em", sm: 0 } }}>
        {isWell && well === undefined ? (
          m.network.looking
        ) : (
          <>
            <Box component="span" sx={{ color: isWell ? "success.main" : "error.main" }}>
              <Sign shape={isWell ? "tick" : "cross"} />
            </Box>
            {isWell ? well : m.network.needs(items.length)}
          </>
        )}
      </Box>
      {!isWell && (
        <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
          {items.map((item) => (
            <AttentionItem key={item.id} item={item} />
          ))}
        </Box>
      )}
    </Box>
  );
};
