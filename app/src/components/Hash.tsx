import Box from "@mui/material/Box";
import { shortHex } from "../format.ts";
import { CopyButton } from "./CopyButton.tsx";

/** A hash that no page explains, shortened, and its full value to copy. */
export const Hash = ({ value, noun }: { value: string; noun: string }) => (
  <Box component="span" title={value} sx={{ whiteSpace: "nowrap" }}>
    {shortHex(value)}
    <CopyButton value={value} noun={noun} />
  </Box>
);
