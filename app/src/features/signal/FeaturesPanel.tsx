import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import type { ReactNode } from "react";
import { Panel } from "../../components/Panel.tsx";
import type { Feed, Neighbour, Round } from "../../data/signals.ts";
import type { Format } from "../../format.ts";
import { type Messages, useText } from "../../messages/text.tsx";
import { movedBy } from "./addends.ts";
import { Ledger } from "./Ledger.tsx";
import { type LaneReading, readLanes, volatilityOfLane } from "./lanes.ts";
import type { Proof } from "./proof.ts";
import { log2Text, percentOf } from "./text.ts";

const BAR_FULL = 8; // a range of 2^-8 or a drift of 8 volatilities fills its bar

/** Left of the middle is negative. */
const Bar = ({ value, scale }: LaneReading) => {
  const share = Math.min(Math.abs(value) / scale / BAR_FULL, 1) * 50;
  return (
    <svg aria-hidden="true" width="100%" height="8" viewBox="0 0 100 8" preserveAspectRatio="none">
      <rect width="100" height="8" fill="var(--mui-palette-divider)" opacity="0.5" />
      <rect x={value < 0 ? 50 - share : 50} width={share} height="8" fill="var(--mui-palette-primary-main)" />
      <rect x="49.75" width="0.5" height="8" fill="var(--mui-palette-text-secondary)" />
    </svg>
  );
};

const ROW = {
  display: "grid",
  gridTemplateColumns: { xs: "minmax(0, 1fr) auto", sm: "136px 64px minmax(0, 1fr) 152px" },
  columnGap: 2,
  rowGap: 0.5,
  py: 1,
  borderTop: 1,
  borderColor: "divider",
  alignItems: "center",
} as const;

/** What a lane says: a volatility where it is the logarithm of one, else the meaning alone. */
const meaningOf = (m: Messages, f: Format, reading: LaneReading): string => {
  const meaning = m.signal.features.meaning(reading.name, reading.meaning);
  const value = volatilityOfLane(reading);
  return value === undefined ? meaning : m.signal.features.withVolatility(meaning, percentOf(f, value));
};

type RowProps = {
  reading: LaneReading;
  adds: bigint | undefined;
  moved: bigint | undefined;
  since: number | undefined;
};

const Added = ({ adds, moved, since }: Omit<RowProps, "reading">) => {
  const { m, f } = useText();
  if (adds === undefined) return null;
  return (
    <Box sx={{ textAlign: { xs: "left", sm: "right" }, typography: "body2", gridColumn: { xs: "1 / -1", sm: "auto" } }}>
      <Box title={`${adds} / 2^32`}>{m.signal.features.adds(log2Text(f, adds))}</Box>
      {moved !== undefined && since !== undefined && (
        <Box sx={{ color: "text.secondary" }} title={`${moved} / 2^32`}>
          {m.signal.features.moved(log2Text(f, moved), since)}
        </Box>
      )}
    </Box>
  );
};

const FeatureRow = ({ reading, ...added }: RowProps) => {
  const { m, f } = useText();
  const { name, meaning, value, scale } = reading;
  return (
    <Box component="li" sx={ROW}>
      <Box sx={{ fontWeight: 600 }}>{m.signal.features.name(name, meaning)}</Box>
      <Box title={m.signal.features.exact(value)} sx={{ textAlign: "right" }}>
        {f.fixed((BigInt(value) * 1_000_000n) / BigInt(scale), 6, 3)}
      </Box>
      <Box sx={{ gridColumn: { xs: "1 / -1", sm: "auto" } }}>
        <Bar {...reading} />
        <Box sx={{ typography: "body2", color: "text.secondary" }}>{meaningOf(m, f, reading)}</Box>
      </Box>
      <Added {...added} />
    </Box>
  );
};

type FeaturesPanelProps = {
  feed: Feed | undefined;
  round: Round | undefined;
  previous: Neighbour | undefined;
  proof: Proof | undefined;
};

/** Whether the round before can be compared: the same weights on the same features. */
const isComparable = (round: Round, previous: Neighbour): boolean => round.model.modelId === previous.model.modelId;

const Explained = ({ children }: { children: ReactNode }) => (
  <Box sx={{ typography: "body2", color: "text.secondary", mt: 1 }}>{children}</Box>
);

/** What the model looked at and what each feature added; the meaning is from the table the engine runs on. */
export const FeaturesPanel = ({ feed, round, previous, proof }: FeaturesPanelProps) => {
  const { m } = useText();
  if (feed === undefined || round === undefined)
    return (
      <Panel title={m.signal.features.title}>
        <Skeleton variant="rectangular" height={480} />
      </Panel>
    );
  const { featureSet, periodsPerYear } = feed.market;
  const readings = readLanes(featureSet, round.features);
  const model = proof?.open.model;
  const before = previous && isComparable(round, previous) ? previous : undefined;
  const lanesOf = (features: Round["features"]) => readLanes(featureSet, features).map(({ value }) => value);
  const moved = model && before && movedBy(model, lanesOf(round.features), lanesOf(before.features));
  return (
    <Panel title={m.signal.features.title}>
      <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
        {readings.map((reading, lane) => (
          <FeatureRow
            key={reading.name}
            reading={reading}
            adds={model && (model.weights[lane] ?? 0n) * BigInt(reading.value)}
            moved={moved?.[lane]}
            since={before?.round}
          />
        ))}
      </Box>
      {proof && (
        <>
          <Explained>{m.signal.features.explained}</Explained>
          {previous && before === undefined && <Explained>{m.signal.features.otherModel}</Explained>}
          <Ledger proof={proof} periodsPerYear={periodsPerYear} />
        </>
      )}
    </Panel>
  );
};
