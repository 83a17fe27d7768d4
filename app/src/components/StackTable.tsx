import Box from "@mui/material/Box";
import type { ReactNode } from "react";

export type StackColumn<Id extends string> = { id: Id; label: string; align?: "left" | "right" };
export type StackRow<Id extends string> = { key: string; cells: Record<Id, ReactNode> };

type StackTableProps<Id extends string> = {
  label: string;
  columns: readonly StackColumn<Id>[];
  rows: readonly StackRow<Id>[];
};

const TABLE = {
  display: { xs: "block", sm: "grid" },
  columnGap: 2,
  typography: "body2",
} as const;

const HEADER = {
  display: { xs: "none", sm: "grid" }, // on a phone each value carries its label
  gridColumn: "1 / -1",
  gridTemplateColumns: "subgrid",
  px: 2,
  pb: 0.5,
  color: "text.secondary",
} as const;

const ROW = {
  display: { xs: "block", sm: "grid" },
  gridColumn: "1 / -1",
  gridTemplateColumns: "subgrid",
  alignItems: "baseline",
  px: 2,
  py: 1,
  borderTop: 1,
  borderColor: "divider",
} as const;

/** On a phone a value that reads from the left, like a sentence, needs no label. */
const cellStyle = (isFirst: boolean, align: "left" | "right") =>
  ({
    display: { xs: align === "left" ? "block" : "flex", sm: "block" },
    justifyContent: "space-between",
    gap: 2,
    minWidth: 0,
    overflowWrap: "anywhere",
    textAlign: align,
    fontWeight: { xs: isFirst ? 600 : 400, sm: 400 },
  }) as const;

/** A table whose rows become blocks of labelled values where there is no room for columns. The first column names the row. */
export const StackTable = <Id extends string>({ label, columns, rows }: StackTableProps<Id>) => (
  <Box
    role="table"
    aria-label={label}
    sx={{ ...TABLE, gridTemplateColumns: `minmax(0, auto) repeat(${columns.length - 1}, minmax(0, auto))` }}
  >
    <Box role="row" sx={HEADER}>
      {columns.map(({ id, label: title, align = "right" }, index) => (
        <Box key={id} role="columnheader" sx={{ textAlign: index === 0 ? "left" : align }}>
          {title}
        </Box>
      ))}
    </Box>
    {rows.map(({ key, cells }) => (
      <Box key={key} role="row" sx={ROW}>
        {columns.map(({ id, label: title, align = "right" }, index) => (
          <Box
            key={id}
            role={index === 0 ? "rowheader" : "cell"}
            sx={cellStyle(index === 0, index === 0 ? "left" : align)}
          >
            {index > 0 && align === "right" && (
              <Box
                component="span"
                aria-hidden
                sx={{ display: { sm: "none" }, color: "text.secondary", flexShrink: 0 }}
              >
                {title}
              </Box>
            )}
            <Box component="span" sx={{ minWidth: 0 }}>
              {cells[id]}
            </Box>
          </Box>
        ))}
      </Box>
    ))}
  </Box>
);
