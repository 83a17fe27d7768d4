import { volatilityBps } from "@aibot/kit/signals";
import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { Panel } from "../../components/Panel.tsx";
import { fixed, withUnit } from "../../format.ts";
import type { LaneRow, Proof } from "./model.ts";

const BAR_FULL = 8; // a range of 2^-8 or a drift of 8 volatilities fills its bar

const featureValue = ({ lane, scale }: LaneRow): string => fixed((BigInt(lane) * 1000n) / BigInt(scale), 3, 3);

/** The lanes that are log2 of a volatility, as that volatility; the others speak for themselves. */
const inWords = ({ lane, scale, meaning }: LaneRow): string => {
  if (!meaning.startsWith("log2 of volatility")) return meaning;
  const valueQ32 = (BigInt(lane) << 32n) / BigInt(scale);
  return `${meaning}: ${withUnit(fixed(volatilityBps(valueQ32), 2, 2), "%")}`;
};

/** Left of the middle is negative. */
const Bar = ({ lane, scale }: LaneRow) => {
  const share = Math.min(Math.abs(lane) / scale / BAR_FULL, 1) * 50;
  return (
    <svg aria-hidden="true" width="100%" height="8" viewBox="0 0 100 8" preserveAspectRatio="none">
      <rect width="100" height="8" fill="var(--mui-palette-divider)" opacity="0.5" />
      <rect x={lane < 0 ? 50 - share : 50} width={share} height="8" fill="var(--mui-palette-primary-main)" />
      <rect x="49.75" width="0.5" height="8" fill="var(--mui-palette-text-secondary)" />
    </svg>
  );
};

const ROW = {
  display: "grid",
  gridTemplateColumns: { xs: "minmax(0, 1fr) 72px", sm: "120px 72px minmax(0, 1fr)" },
  columnGap: 2,
  rowGap: 0.5,
  py: 1,
  borderTop: 1,
  borderColor: "divider",
  alignItems: "center",
} as const;

/** What the model looked at: the bars are the numbers, the meaning is from the table the engine runs on. */
export const FeaturesPanel = ({ proof }: { proof: Proof | undefined }) => (
  <Panel title="Features the model saw">
    {proof === undefined ? (
      <Skeleton variant="rectangular" height={240} />
    ) : (
      <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
        {proof.rows.map((row) => (
          <Box component="li" key={row.name} sx={ROW}>
            <Box sx={{ fontWeight: 600 }}>{row.name}</Box>
            <Box title={`int16 ${row.lane}, weight ${row.weight} (22 fraction bits)`} sx={{ textAlign: "right" }}>
              {featureValue(row)}
            </Box>
            <Box sx={{ gridColumn: { xs: "1 / -1", sm: "auto" } }}>
              <Bar {...row} />
              <Box sx={{ typography: "body2", color: "text.secondary" }}>{inWords(row)}</Box>
            </Box>
          </Box>
        ))}
      </Box>
    )}
  </Panel>
);
