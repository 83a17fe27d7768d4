import Box from "@mui/material/Box";
import { useText } from "../../messages/text.tsx";
import type { VaultRow } from "./VaultsPage.tsx";
import type { VaultCellKey } from "./vault-cells.tsx";

const COLUMNS = "repeat(auto-fill, minmax(min(100%, 320px), 1fr))";
const LIST = { listStyle: "none", m: 0, p: 0, display: "grid", gap: 2, gridTemplateColumns: COLUMNS } as const;

const CARD = {
  bgcolor: "background.paper",
  border: 1,
  borderColor: "divider",
  borderRadius: 1,
  p: 2,
  display: "grid",
  gap: 1.5,
} as const;

const FACTS = { m: 0, display: "grid", gridTemplateColumns: "auto minmax(0, 1fr)", columnGap: 2, rowGap: 1 } as const;

/** One card a vault, where a row would not fit. */
export const VaultCards = ({ rows }: { rows: readonly VaultRow[] }) => {
  const { title, columns } = useText().m.vault.list;
  const { vault: _, ...numbers } = columns;
  const keys = Object.keys(numbers) as VaultCellKey[];
  return (
    <Box component="ul" aria-label={title} sx={LIST}>
      {rows.map(({ id, cells }) => (
        <Box component="li" key={id} sx={CARD}>
          <Box sx={{ display: "flex", justifyContent: "space-between", alignItems: "baseline", flexWrap: "wrap" }}>
            {cells.vault}
          </Box>
          <Box component="dl" sx={FACTS}>
            {keys.map((key) => (
              <Box key={key} sx={{ display: "contents" }}>
                <Box component="dt" sx={{ color: "text.secondary" }}>
                  {columns[key]}
                </Box>
                <Box component="dd" sx={{ m: 0, textAlign: "right" }}>
                  {cells[key]}
                </Box>
              </Box>
            ))}
          </Box>
        </Box>
      ))}
    </Box>
  );
};
