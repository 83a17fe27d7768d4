import Box from "@mui/material/Box";
import type { VaultPast } from "../../data/vaults.ts";
import { useText } from "../../messages/text.tsx";
import { sparkPath } from "./sparkline.ts";

const BOX = { width: 120, height: 28 };
const ROOM = 2; // for the width of the line

type SparklineProps = { days: VaultPast["days"] | undefined; decimals: number };

/** NAV per share day by day, oldest left. */
export const Sparkline = ({ days, decimals }: SparklineProps) => {
  const { m, f } = useText();
  const values = days?.map(({ navPerShareClose }) => navPerShareClose).reverse() ?? [];
  const [first, last] = [values[0], values.at(-1)];
  const size = { width: BOX.width, height: BOX.height, display: "inline-block", verticalAlign: "middle" } as const;
  if (days === undefined) return <Box component="span" sx={size} />;
  if (first === undefined || last === undefined || values.length < 2)
    return <Box sx={{ color: "text.secondary" }}>{m.vault.list.noSpark}</Box>;
  const value = (amount: bigint) => f.fixed(amount, decimals, 4);
  return (
    <Box
      component="svg"
      role="img"
      aria-label={m.vault.list.spark(f.count(values.length), value(first), value(last))}
      viewBox={`${-ROOM} ${-ROOM} ${BOX.width + 2 * ROOM} ${BOX.height + 2 * ROOM}`}
      sx={{ ...size, color: "primary.main" }}
    >
      <path d={sparkPath(values, BOX)} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" />
    </Box>
  );
};
