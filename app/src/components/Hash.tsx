import Box from "@mui/material/Box";
import ButtonBase from "@mui/material/ButtonBase";
import { useState } from "react";
import { shortHex } from "../format.ts";

const SHOWN_MS = 1200;

/** An address or hash, shortened; a click copies all of it. */
export const Hash = ({ value, noun }: { value: string; noun: string }) => {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return (
    <ButtonBase
      onClick={() => void copy()}
      title={`${value}: copy`}
      aria-label={`Copy ${noun} ${value}`}
      sx={{
        font: "inherit",
        verticalAlign: "baseline",
        color: "inherit",
        borderRadius: 0.5,
        "&:hover": { textDecoration: "underline dotted" },
      }}
    >
      {shortHex(value)}
      <Box component="span" role="status" sx={{ color: "text.secondary" }}>
        {isCopied ? " copied" : ""}
      </Box>
    </ButtonBase>
  );
};
