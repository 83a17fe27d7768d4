import Box from "@mui/material/Box";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { useText } from "../../messages/text.tsx";
import type { VaultRow } from "./VaultsPage.tsx";
import type { VaultCellKey } from "./vault-cells.tsx";

const FRAME = {
  bgcolor: "background.paper",
  border: 1,
  borderColor: "divider",
  borderRadius: 1,
  overflowX: "auto",
  px: 1,
} as const;

/** One row a vault. */
export const VaultTable = ({ rows }: { rows: readonly VaultRow[] }) => {
  const { title, columns } = useText().m.vault.list;
  const { vault, ...numbers } = columns;
  const keys = Object.keys(numbers) as VaultCellKey[];
  return (
    <Box sx={FRAME}>
      <Table aria-label={title} sx={{ "& tbody tr:last-of-type > *": { borderBottom: 0 } }}>
        <TableHead>
          <TableRow>
            <TableCell>{vault}</TableCell>
            {keys.map((key) => (
              <TableCell key={key} align="right">
                {columns[key]}
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map(({ id, cells }) => (
            <TableRow key={id}>
              <TableCell component="th" scope="row">
                {cells.vault}
              </TableCell>
              {keys.map((key) => (
                <TableCell key={key} align="right">
                  {cells[key]}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
};
