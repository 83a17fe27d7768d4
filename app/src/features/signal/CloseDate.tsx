import Box from "@mui/material/Box";
import { utcDate } from "../../format.ts";

/** The day of a close, in one piece also in a narrow table. */
export const CloseDate = ({ at }: { at: bigint }) => (
  <Box component="span" sx={{ whiteSpace: "nowrap" }}>
    {utcDate(at)}
  </Box>
);
