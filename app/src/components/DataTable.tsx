import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import type { ReactNode } from "react";

type DataTableProps = {
  label: string;
  columns: readonly string[];
  rows: readonly { key: string; cells: readonly ReactNode[] }[];
};

/** First column names the row, the others are numbers. */
export const DataTable = ({ label, columns, rows }: DataTableProps) => (
  <Table size="small" aria-label={label}>
    <TableHead>
      <TableRow>
        {columns.map((column, index) => (
          <TableCell key={column} align={index === 0 ? "left" : "right"}>
            {column}
          </TableCell>
        ))}
      </TableRow>
    </TableHead>
    <TableBody>
      {rows.map(({ key, cells }) => (
        <TableRow key={key}>
          {cells.map((cell, index) => (
            <TableCell
              key={columns[index]}
              align={index === 0 ? "left" : "right"}
              {...(index === 0 ? { component: "th", scope: "row" } : {})}
            >
              {cell}
            </TableCell>
          ))}
        </TableRow>
      ))}
    </TableBody>
  </Table>
);
