import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { useId } from "react";
import { DataTable } from "../../components/DataTable.tsx";
import { Panel } from "../../components/Panel.tsx";
import { useText } from "../../messages/text.tsx";
import type { Bin } from "./calibration.ts";
import { PLOT, plotOf } from "./calibration-plot.ts";

const Axes = ({ bins }: { bins: readonly Bin[] }) => {
  const { m, f } = useText();
  const { ticks, at } = plotOf(bins);
  const { left, right, top, bottom } = PLOT;
  return (
    <g fill="var(--mui-palette-text-secondary)" fontSize="12" stroke="none">
      {ticks.map((bps) => (
        <g key={bps}>
          <path
            d={`M${at(bps).x} ${top}V${bottom}M${left} ${at(bps).y}H${right}`}
            stroke="var(--mui-palette-divider)"
            fill="none"
          />
          <text x={at(bps).x} y={bottom + 16} textAnchor="middle">
            {f.fixed(BigInt(bps), 2, 0)}
          </text>
          <text x={left - 6} y={at(bps).y + 4} textAnchor="end">
            {f.fixed(BigInt(bps), 2, 0)}
          </text>
        </g>
      ))}
      <text x={right} y={bottom + 34} textAnchor="end">
        {m.signal.calibration.forecastAxis}
      </text>
      <text x={left} y={top - 10}>
        {m.signal.calibration.outcomeAxis}
      </text>
    </g>
  );
};

/** One point a group; the line from it to the diagonal is how far forecasts were off. */
const Points = ({ bins }: { bins: readonly Bin[] }) => {
  const { at, low, high } = plotOf(bins);
  return (
    <>
      <path
        d={`M${at(low).x} ${at(low).y}L${at(high).x} ${at(high).y}`}
        stroke="var(--mui-palette-text-secondary)"
        strokeDasharray="4 4"
      />
      {bins.map(({ forecastBps, outcomeBps, rounds }, k) => {
        const point = { x: at(forecastBps).x, y: at(outcomeBps).y };
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: groups are named by their order
          <g key={k}>
            <path d={`M${point.x} ${point.y}V${at(forecastBps).y}`} stroke="var(--mui-palette-primary-main)" />
            <circle cx={point.x} cy={point.y} r="4" fill="var(--mui-palette-primary-main)">
              <title>{rounds}</title>
            </circle>
          </g>
        );
      })}
    </>
  );
};

const BinsTable = ({ bins }: { bins: readonly Bin[] }) => {
  const { m, f } = useText();
  return (
    <DataTable
      label={m.signal.calibration.label}
      columns={m.signal.calibration.columns}
      rows={bins.map(({ rounds, lowestBps, highestBps, forecastBps, outcomeBps }, k) => ({
        key: String(k),
        cells: [
          m.signal.calibration.range(f.percent(lowestBps), f.percent(highestBps)),
          f.count(rounds),
          f.percent(forecastBps),
          f.percent(outcomeBps),
        ],
      }))}
    />
  );
};

const Plot = ({ bins }: { bins: readonly Bin[] }) => {
  const { m, f } = useText();
  const counts = bins.map(({ rounds }) => rounds);
  const titleId = useId();
  return (
    <Box component="figure" sx={{ m: 0 }}>
      <Box
        component="svg"
        role="img"
        aria-labelledby={titleId}
        viewBox={`0 0 ${PLOT.width} ${PLOT.height}`}
        sx={{ width: "100%", maxWidth: 420, display: "block", mx: "auto", fill: "none" }}
      >
        <title id={titleId}>{m.signal.calibration.label}</title>
        <Axes bins={bins} />
        <Points bins={bins} />
      </Box>
      <Box component="figcaption" sx={{ typography: "body2", color: "text.secondary" }}>
        {m.signal.calibration.explained(
          f.count(bins.length),
          f.count(Math.min(...counts)),
          f.count(Math.max(...counts)),
        )}{" "}
        {m.signal.calibration.means}
      </Box>
      <Box component="details" sx={{ typography: "body2", mt: 1 }}>
        <Box component="summary" sx={{ color: "text.secondary", cursor: "pointer", width: "fit-content" }}>
          {m.shell.table}
        </Box>
        <Box
          tabIndex={0}
          role="region"
          aria-label={m.shell.tableOf(m.signal.calibration.label)}
          sx={{ overflowX: "auto" }}
        >
          <BinsTable bins={bins} />
        </Box>
      </Box>
    </Box>
  );
};

/** Whether forecasts come true on average, whatever their height. */
export const CalibrationPanel = ({ bins }: { bins: readonly Bin[] | undefined }) => {
  const { m } = useText();
  return (
    <Panel title={m.signal.calibration.title}>
      {bins === undefined ? (
        <Skeleton variant="rectangular" height={360} />
      ) : bins.length === 0 ? (
        <Box sx={{ color: "text.secondary" }}>{m.signal.calibration.empty}</Box>
      ) : (
        <Plot bins={bins} />
      )}
    </Panel>
  );
};
