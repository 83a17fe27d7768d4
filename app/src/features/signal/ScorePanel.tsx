import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { DataTable } from "../../components/DataTable.tsx";
import { Panel } from "../../components/Panel.tsx";
import { Sign } from "../../components/Sign.tsx";
import { utcDate } from "../../format.ts";
import { useText } from "../../messages/text.tsx";
import { compare, type Scores } from "./scores.ts";
import { factorText, wadText } from "./text.ts";

const SHAPE = { better: "up", worse: "down", mixed: "flat", equal: "flat" } as const;
const COLOR = { better: "success.main", worse: "error.main", mixed: "text.primary", equal: "text.primary" } as const;

const ScoreTable = ({ scores: { forecast, naive } }: { scores: Scores }) => {
  const { m, f } = useText();
  const text = m.signal.score;
  return (
    <DataTable
      label={text.label}
      columns={text.columns}
      rows={[
        { key: "r2", cells: [text.r2, wadText(f, forecast.r2Wad), wadText(f, naive.r2Wad)] },
        { key: "error", cells: [text.error, factorText(f, forecast.absQ32), factorText(f, naive.absQ32)] },
        { key: "qlike", cells: [text.qlike, wadText(f, forecast.qlikeWad), wadText(f, naive.qlikeWad)] },
      ]}
    />
  );
};

const Words = ({ scores }: { scores: Scores }) => {
  const { m, f } = useText();
  const verdict = compare(scores);
  const share = f.percent(Math.round((scores.closer * 10_000) / scores.rounds));
  return (
    <Box>
      <Box component="span" sx={{ fontWeight: 600, color: COLOR[verdict] }}>
        <Sign shape={SHAPE[verdict]} />
        {m.signal.score[verdict]}
      </Box>{" "}
      {m.signal.score.closer(f.count(scores.closer), f.count(scores.rounds), share)}
    </Box>
  );
};

type ScorePanelProps = { scores: Scores | undefined; isLoading: boolean; horizon: number | undefined };

/** How good the forecasts were, in words first, also when they were bad; then what exactly was measured. */
export const ScorePanel = ({ scores, isLoading, horizon }: ScorePanelProps) => {
  const { m, f } = useText();
  if (scores === undefined)
    return (
      <Panel title={m.signal.score.title}>
        {isLoading ? (
          <Skeleton variant="rectangular" height={240} />
        ) : (
          <Box sx={{ color: "text.secondary" }}>{m.signal.score.none}</Box>
        )}
      </Panel>
    );
  return (
    <Panel title={m.signal.score.title}>
      <Box sx={{ display: "grid", gap: 1 }}>
        <Words scores={scores} />
        <ScoreTable scores={scores} />
        <Box sx={{ typography: "body2", color: "text.secondary" }}>
          {m.signal.score.measured(
            f.count(scores.rounds),
            utcDate(scores.from),
            utcDate(scores.to),
            f.count(horizon ?? 0),
          )}
        </Box>
      </Box>
    </Panel>
  );
};
