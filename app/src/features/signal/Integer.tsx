import Box from "@mui/material/Box";

/** A whole number in full, under the words that say whose it is. */
export const Integer = ({ label, value }: { label: string; value: bigint }) => (
  <Box sx={{ minWidth: 0 }}>
    <Box sx={{ color: "text.secondary", typography: "body2" }}>{label}</Box>
    <Box sx={{ fontWeight: 600, overflowWrap: "anywhere" }}>{value.toString()}</Box>
  </Box>
);
